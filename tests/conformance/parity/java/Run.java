import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;

/**
 * Makes the calls of ../calls.json through the vendor's JDBC driver, unmodified: the counterpart of ../go/main.go.
 * Environment: DMKIT_ADDRESS (host:port), DMKIT_CALLS (the file). One connection a scenario, in the order of the file.
 */
public final class Run {
    private static final DateTimeFormatter ZONED = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss[.SSSSSS] xxx");

    private final Connection connection;
    private final Map<String, PreparedStatement> prepared = new HashMap<>();
    private boolean inReadOnlyTransaction;

    private Run(Connection connection) { this.connection = connection; }

    /** The setter follows from the value as in the Go harness: an integer is a long, a time has its zone. */
    private static void bind(PreparedStatement statement, int position, JsonElement value) throws SQLException {
        if (value.isJsonNull()) {
            statement.setNull(position, Types.NULL);
            return;
        }
        if (value.isJsonPrimitive()) {
            if (value.getAsJsonPrimitive().isBoolean()) statement.setBoolean(position, value.getAsBoolean());
            else if (value.getAsJsonPrimitive().isNumber()) statement.setLong(position, value.getAsLong());
            else statement.setString(position, value.getAsString());
            return;
        }
        JsonObject object = value.getAsJsonObject();
        int times = object.has("times") ? object.get("times").getAsInt() : 1;
        String kind = object.keySet().stream().filter(key -> !key.equals("times")).findFirst().orElseThrow();
        String text = object.get(kind).getAsString().repeat(times);
        switch (kind) {
            case "text" -> statement.setString(position, text);
            case "bytes" -> statement.setBytes(position, HexFormat.of().parseHex(text));
            case "double" -> statement.setDouble(position, Double.parseDouble(text));
            case "real" -> statement.setFloat(position, Float.parseFloat(text));
            case "timestamp" -> statement.setObject(position, OffsetDateTime.parse(text, ZONED));
            default -> throw new IllegalArgumentException("no kind of value: " + kind);
        }
    }

    private static void bind(PreparedStatement statement, JsonArray values) throws SQLException {
        for (int i = 0; i < values.size(); ++i) bind(statement, i + 1, values.get(i));
    }

    /** In the order of the statement: JDBC gives a PreparedStatement no names. */
    private static JsonArray parameters(JsonObject step) {
        if (!step.has("params")) return new JsonArray();
        JsonArray given = step.getAsJsonArray("params");
        if (!step.has("places")) return given;
        JsonArray out = new JsonArray();
        for (JsonElement place : step.getAsJsonArray("places")) out.add(given.get(place.getAsInt()));
        return out;
    }

    /** Takes as many rows as the step wants; all of them, and then asks for another result, if it does not say. */
    private static void read(Statement statement, JsonObject step) throws SQLException {
        ResultSet rows = statement.getResultSet();
        int take = step.has("take") ? step.get("take").getAsInt() : 0;
        int columns = rows.getMetaData().getColumnCount();
        int taken = 0;
        while ((take == 0 || taken < take) && rows.next()) {
            for (int i = 1; i <= columns; ++i) rows.getString(i);
            ++taken;
        }
        if (take == 0) statement.getMoreResults();
    }

    private void direct(JsonObject step, boolean query) throws SQLException {
        String sql = step.get(query ? "query" : "execute").getAsString();
        if (step.has("params")) {
            try (PreparedStatement statement = prepare(sql)) {
                bind(statement, parameters(step));
                execute(statement, step, query);
            }
            return;
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql, Statement.RETURN_GENERATED_KEYS);
            if (query) read(statement, step);
        }
    }

    /** Go's driver and our client ask for the generated keys with each statement. */
    private PreparedStatement prepare(String sql) throws SQLException {
        return connection.prepareStatement(sql, Statement.RETURN_GENERATED_KEYS);
    }

    private static void execute(PreparedStatement statement, JsonObject step, boolean query) throws SQLException {
        statement.execute();
        if (query) read(statement, step);
    }

    private void runPrepared(JsonObject step, boolean query) throws SQLException {
        PreparedStatement statement = prepared.get(step.get(query ? "rows" : "run").getAsString());
        bind(statement, parameters(step));
        execute(statement, step, query);
    }

    private void batch(JsonObject step) throws SQLException {
        try (PreparedStatement statement = prepare(step.get("batch").getAsString())) {
            for (int turn = step.has("turns") ? step.get("turns").getAsInt() : 1; turn > 0; --turn)
                for (JsonElement line : step.getAsJsonArray("lines")) {
                    bind(statement, line.getAsJsonArray());
                    statement.addBatch();
                }
            statement.executeBatch();
        }
    }

    private void begin(JsonObject how) throws SQLException {
        inReadOnlyTransaction = is(how, "read_only");
        if (inReadOnlyTransaction) connection.setReadOnly(true);
        connection.setAutoCommit(false);
        if (!how.has("isolation")) return;
        connection.setTransactionIsolation(switch (how.get("isolation").getAsString()) {
            case "read_uncommitted" -> Connection.TRANSACTION_READ_UNCOMMITTED;
            case "read_committed" -> Connection.TRANSACTION_READ_COMMITTED;
            case "serializable" -> Connection.TRANSACTION_SERIALIZABLE;
            default -> throw new IllegalArgumentException("no isolation level: " + how);
        });
    }

    private void run(JsonObject step) throws SQLException {
        if (step.has("query") || step.has("execute")) direct(step, step.has("query"));
        else if (step.has("prepare")) prepared.put(step.get("prepare").getAsString(), prepare(step.get("sql").getAsString()));
        else if (step.has("run") || step.has("rows")) runPrepared(step, step.has("rows"));
        else if (step.has("close")) prepared.remove(step.get("close").getAsString()).close();
        else if (step.has("batch")) batch(step);
        else if (step.has("begin")) begin(step.getAsJsonObject("begin"));
        else if (step.has("commit") || step.has("rollback")) {
            if (step.has("commit")) connection.commit();
            else connection.rollback();
            connection.setAutoCommit(true);
            if (inReadOnlyTransaction) connection.setReadOnly(false);
            inReadOnlyTransaction = false;
        } else if (step.has("ping")) {
            if (!connection.isValid(0)) throw new SQLException("the connection is not valid");
        } else throw new IllegalArgumentException("a step that does nothing");
    }

    private static boolean is(JsonObject object, String name) { return object.has(name) && object.get(name).getAsBoolean(); }

    private static Connection open(JsonObject scenario) throws SQLException {
        String[] user = (scenario.has("user") ? scenario.get("user").getAsString() : "SYSDBA:SYSDBA").split(":");
        String options = scenario.has("options") ? scenario.get("options").getAsString() : "";
        return DriverManager.getConnection("jdbc:dm://" + System.getenv("DMKIT_ADDRESS") + "?" + options, user[0], user[1]);
    }

    private static void play(JsonObject scenario) throws Exception {
        if (is(scenario, "fails")) {
            try (Connection connection = open(scenario)) {
                throw new IllegalStateException("connected, which should have failed");
            } catch (SQLException expected) {
                return;
            }
        }
        try (Connection connection = open(scenario)) {
            Run session = new Run(connection);
            int number = 0;
            for (JsonElement element : scenario.getAsJsonArray("steps")) {
                JsonObject step = element.getAsJsonObject();
                ++number;
                for (int turn = step.has("repeat") ? step.get("repeat").getAsInt() : 0; turn >= 0; --turn) {
                    SQLException failure = null;
                    try {
                        session.run(step);
                    } catch (SQLException error) {
                        failure = error;
                    }
                    if ((failure != null) != (is(step, "fails") || is(step, "fails_in_jdbc"))) throw new Exception("step " + number + ": " + failure, failure);
                }
            }
        }
    }

    public static void main(String[] arguments) throws Exception {
        Locale.setDefault(Locale.SIMPLIFIED_CHINESE); // LOGIN names its language
        String text = Files.readString(Path.of(System.getenv("DMKIT_CALLS")));
        int status = 0;
        for (JsonElement element : JsonParser.parseString(text).getAsJsonObject().getAsJsonArray("scenarios")) {
            JsonObject scenario = element.getAsJsonObject();
            try {
                play(scenario);
            } catch (Exception error) {
                System.out.println(scenario.get("name").getAsString() + ": " + error);
                status = 1;
            }
        }
        System.exit(status);
    }
}
