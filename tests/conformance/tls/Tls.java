import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;

/** Logs in with the URL of its argument, sends a text and takes it back. */
public class Tls {
    public static void main(String[] arguments) throws Exception {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        Class.forName("dm.jdbc.driver.DmDriver");
        try (Connection connection = DriverManager.getConnection(arguments[0], "SYSDBA", "SYSDBA");
             PreparedStatement statement = connection.prepareStatement("select 7, cast(? as varchar(100)) from dual")) {
            statement.setString(1, "达梦");
            ResultSet rows = statement.executeQuery();
            rows.next();
            out.println("got " + rows.getInt(1) + " " + rows.getString(2));
        }
    }
}
