import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the steps of one scenario have opened. */
final class Session implements AutoCloseable {
    static final class Mismatch extends RuntimeException {
        Mismatch(String text) { super(text); }
    }

    /** What a step may hold. */
    private static final Set<String> FIELDS = Set.of("on", "sql", "params", "query", "rows", "columns", "types", "affected", "last_id", "error", "prepare",
            "run", "run_params", "close", "begin", "isolation", "commit", "rollback", "batch", "params_rows", "connect", "user", "password", "disconnect");

    private final Map<String, Connection> connections = new HashMap<>();
    private final Map<String, PreparedStatement> prepared = new HashMap<>();

    private static String text(JsonObject step, String name, String otherwise) {
        return step.has(name) ? step.get(name).getAsString() : otherwise;
    }

    private Connection connection(JsonObject step) { return connections.get(text(step, "on", "a")); }

    static void check(String what, Object expected, Object actual) {
        if (!expected.equals(actual))
            throw new Mismatch(what + ": expected " + Run.shorten(expected) + ", got " + Run.shorten(actual));
    }

    private void open(JsonObject step) throws SQLException {
        String url = "jdbc:dm://" + Run.environment("DMKIT_HOST", "127.0.0.1") + ":" + Run.environment("DMKIT_PORT", "5236");
        connections.put(step.get("connect").getAsString(),
                DriverManager.getConnection(url, text(step, "user", "SYSDBA"), text(step, "password", "SYSDBA")));
    }

    private static void checkRows(JsonObject step, ResultSet result) throws SQLException {
        ResultSetMetaData metadata = result.getMetaData();
        List<String> names = new ArrayList<>();
        List<String> types = new ArrayList<>();
        for (int i = 1; i <= metadata.getColumnCount(); ++i) {
            names.add(metadata.getColumnLabel(i));
            types.add(metadata.getColumnTypeName(i));
        }
        if (step.has("columns")) check("columns", strings(step.get("columns")), names);
        if (step.has("types")) check("types", strings(step.get("types")), types);
        JsonElement rows = step.get("rows");
        int read = 0;
        if (rows.isJsonObject() && rows.getAsJsonObject().has("count")) {
            while (result.next()) ++read;
            check("number of rows", rows.getAsJsonObject().get("count").getAsInt(), read);
            return;
        }
        for (List<Value> row : Value.rows(rows)) {
            if (!result.next()) throw new Mismatch("row " + read + " is missing");
            check("row " + read + ", number of columns", row.size(), metadata.getColumnCount());
            for (int c = 0; c < row.size(); ++c) {
                Value value = row.get(c);
                String actual = value.kind().equals("bytes") ? hex(result.getBytes(c + 1)) : result.getString(c + 1);
                check("row " + read + ", column " + c, value.expected(), Value.canonical(value.kind(), actual));
            }
            ++read;
        }
        if (result.next()) throw new Mismatch("more than the expected " + read + " rows");
    }

    private static String hex(byte[] bytes) { return bytes == null ? null : HexFormat.of().formatHex(bytes); }

    private static List<String> strings(JsonElement array) {
        List<String> texts = new ArrayList<>();
        array.getAsJsonArray().forEach(element -> texts.add(element.getAsString()));
        return texts;
    }

    private static void checkResult(JsonObject step, Statement statement, boolean isResult) throws SQLException {
        if (step.has("rows")) {
            if (!isResult) throw new Mismatch("no result set");
            try (ResultSet result = statement.getResultSet()) { checkRows(step, result); }
        } else if (isResult) {
            try (ResultSet result = statement.getResultSet()) { while (result.next()) result.getString(1); }
        }
        if (step.has("affected")) check("affected rows", step.get("affected").getAsLong(), statement.getLargeUpdateCount());
        if (step.has("last_id")) {
            try (ResultSet keys = statement.getGeneratedKeys()) {
                long last = 0;
                while (keys.next()) last = keys.getLong(1);
                check("last generated key", step.get("last_id").getAsLong(), last);
            }
        }
    }

    private void execute(JsonObject step, PreparedStatement statement, String parameters) throws SQLException {
        int position = 0;
        if (step.has(parameters))
            for (Value value : Value.list(step.get(parameters))) value.bind(statement, ++position);
        checkResult(step, statement, statement.execute());
    }

    private void text(JsonObject step) throws SQLException {
        String sql = step.get("sql").getAsString();
        int keys = step.has("last_id") ? Statement.RETURN_GENERATED_KEYS : Statement.NO_GENERATED_KEYS;
        if (step.has("params")) {
            try (PreparedStatement statement = connection(step).prepareStatement(sql, keys)) { execute(step, statement, "params"); }
        } else {
            try (Statement statement = connection(step).createStatement()) {
                checkResult(step, statement, statement.execute(sql, keys));
            }
        }
    }

    private void batch(JsonObject step) throws SQLException {
        try (PreparedStatement statement = connection(step).prepareStatement(step.get("batch").getAsString())) {
            for (List<Value> row : Value.rows(step.get("params_rows"))) {
                for (int i = 0; i < row.size(); ++i) row.get(i).bind(statement, i + 1);
                statement.addBatch();
            }
            long sum = 0;
            for (long count : statement.executeLargeBatch()) sum += count;
            if (step.has("affected")) check("affected rows", step.get("affected").getAsLong(), sum);
        }
    }

    private void begin(JsonObject step) throws SQLException {
        connection(step).setAutoCommit(false);
        switch (text(step, "isolation", "")) {
            case "read_committed" -> connection(step).setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
            case "serializable" -> connection(step).setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
            default -> { }
        }
    }

    private void end(JsonObject step) throws SQLException {
        if (step.has("commit")) connection(step).commit();
        else connection(step).rollback();
        if (connection(step).getTransactionIsolation() != Connection.TRANSACTION_READ_COMMITTED)
            connection(step).setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
        connection(step).setAutoCommit(true);
    }

    private void prepare(JsonObject step) throws SQLException {
        PreparedStatement statement = connection(step).prepareStatement(step.get("sql").getAsString());
        prepared.put(step.get("prepare").getAsString(), statement);
        if (step.has("run_params")) execute(step, statement, "run_params");
    }

    void run(JsonObject step) throws SQLException {
        if (step.has("connect")) open(step);
        else if (step.has("disconnect")) connections.remove(step.get("disconnect").getAsString()).close();
        else if (step.has("begin")) begin(step);
        else if (step.has("commit") || step.has("rollback")) end(step);
        else if (step.has("batch")) batch(step);
        else if (step.has("prepare")) prepare(step);
        else if (step.has("run")) execute(step, prepared.get(step.get("run").getAsString()), "params");
        else if (step.has("close")) prepared.remove(step.get("close").getAsString()).close();
        else text(step);
    }

    void step(JsonObject step) throws SQLException {
        for (String field : step.keySet())
            if (!FIELDS.contains(field)) throw new Mismatch("this harness does not know " + field);
        if (!step.has("error")) {
            run(step);
            return;
        }
        JsonObject expected = step.getAsJsonObject("error");
        try {
            run(step);
        } catch (SQLException error) {
            if (error.getErrorCode() != expected.get("code").getAsInt())
                throw new Mismatch("error code: expected " + expected.get("code") + ", got " + error.getErrorCode() + " " + error.getMessage());
            boolean named = !expected.has("zh") && !expected.has("en");
            for (String language : new String[] {"zh", "en"})
                named |= expected.has(language) && error.getMessage().contains(expected.get(language).getAsString());
            if (!named) throw new Mismatch("error text: expected " + expected + ", got " + error.getMessage());
            return;
        }
        throw new Mismatch("expected error " + expected.get("code") + ", got success");
    }

    @Override
    public void close() {
        for (Connection connection : connections.values()) {
            try {
                connection.close();
            } catch (SQLException ignored) { // the scenario has its verdict already
            }
        }
    }
}
