import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dm.jdbc.driver.DmdbConnection;
import dm.jdbc.driver.DmdbStatement;
import java.sql.BatchUpdateException;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
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
            "run", "run_params", "close", "begin", "isolation", "commit", "rollback", "batch", "params_rows", "connect", "user", "password", "disconnect",
            "continue_on_error", "max_errors", "failed", "call", "block", "returns", "out", "results", "printed", "explain", "plan", "read_only", "cursor",
            "name", "changes");

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
        String url = "jdbc:dm://" + Run.environment("DMKIT_HOST", "127.0.0.1") + ":" + Run.environment("DMKIT_PORT", "5236")
                + (step.has("continue_on_error") ? "?continueBatchOnError=true" : "")
                + (step.has("max_errors") ? "&batchAllowMaxErrors=" + step.get("max_errors").getAsInt() : "");
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
            List<Integer> failed = new ArrayList<>();
            long[] counts = counts(step, statement);
            for (int i = 0; i < counts.length; ++i) {
                if (counts[i] == Statement.EXECUTE_FAILED) failed.add(i);
                else sum += counts[i];
            }
            if (step.has("affected")) check("affected rows", step.get("affected").getAsLong(), sum);
            List<Integer> expected = new ArrayList<>();
            if (step.has("failed"))
                for (JsonElement row : step.getAsJsonArray("failed")) expected.add(row.getAsJsonObject().get("row").getAsInt());
            check("rows that failed", expected, failed);
        }
    }

    /** Where rows may fail, 8.1.3 throws (with DM8's warning 121) and 8.1.2 does not; both have the counts. */
    private static long[] counts(JsonObject step, PreparedStatement statement) throws SQLException {
        try {
            return statement.executeLargeBatch();
        } catch (BatchUpdateException partial) {
            if (!step.has("failed") || partial.getErrorCode() != 121) throw partial;
            return partial.getLargeUpdateCounts();
        }
    }

    private static int sqlType(String kind) {
        return switch (kind) {
            case "integer" -> Types.BIGINT;
            case "decimal" -> Types.DECIMAL;
            case "double" -> Types.DOUBLE;
            case "bytes" -> Types.VARBINARY;
            case "date" -> Types.DATE;
            case "timestamp" -> Types.TIMESTAMP;
            case "text" -> Types.VARCHAR;
            case "clob" -> Types.CLOB;
            case "cursor" -> Types.REF_CURSOR;
            default -> throw new Mismatch("no type of an OUT parameter: " + kind);
        };
    }

    /** Binds the parameters of a call and gives the positions of those that come back. */
    private static List<Integer> bind(JsonObject step, CallableStatement statement) throws SQLException {
        List<Integer> out = new ArrayList<>();
        int position = 0;
        if (step.has("returns")) {
            out.add(++position);
            statement.registerOutParameter(position, sqlType(step.get("returns").getAsString()));
        }
        for (JsonElement parameter : step.has("params") ? step.getAsJsonArray("params") : new JsonArray()) {
            ++position;
            boolean comesBack = parameter.isJsonObject() && parameter.getAsJsonObject().has("out");
            if (!comesBack) Value.of(parameter).bind(statement, position);
            else if (parameter.getAsJsonObject().has("in")) Value.of(parameter.getAsJsonObject().get("in")).bind(statement, position);
            if (!comesBack) continue;
            statement.registerOutParameter(position, sqlType(parameter.getAsJsonObject().get("out").getAsString()));
            out.add(position);
        }
        return out;
    }

    private static void checkOut(JsonElement expected, CallableStatement statement, int position) throws SQLException {
        if (expected.isJsonObject() && expected.getAsJsonObject().has("rows")) {
            try (ResultSet result = (ResultSet) statement.getObject(position)) { checkRows(expected.getAsJsonObject(), result); }
            return;
        }
        Value value = Value.of(expected);
        String actual = value.kind().equals("bytes") ? hex(statement.getBytes(position)) : statement.getString(position);
        check("parameter " + position, value.expected(), Value.canonical(value.kind(), actual));
    }

    private void call(JsonObject step) throws SQLException {
        String text = step.has("block") ? step.get("block").getAsString() : "{" + (step.has("returns") ? "? = " : "") + "call "
                + step.get("call").getAsString() + "(" + ", ?".repeat(step.has("params") ? step.getAsJsonArray("params").size() : 0).replaceFirst("^, ", "") + ")}";
        try (CallableStatement statement = connection(step).prepareCall(text)) {
            List<Integer> out = bind(step, statement);
            boolean isResult = statement.execute();
            String printed = ((DmdbStatement) statement).getPrintMsg();
            if (step.has("printed")) check("printed text", step.get("printed").getAsString(), printed == null ? "" : printed.strip());
            int results = 0;
            JsonArray expected = step.has("results") ? step.getAsJsonArray("results") : new JsonArray();
            for (; isResult; isResult = statement.getMoreResults(), ++results) {
                if (results == expected.size()) throw new Mismatch("more than the expected " + results + " results");
                try (ResultSet result = statement.getResultSet()) { checkRows(expected.get(results).getAsJsonObject(), result); }
            }
            check("number of results", expected.size(), results);
            check("number of OUT parameters", step.has("out") ? step.getAsJsonArray("out").size() : 0, out.size());
            for (int i = 0; i < out.size(); ++i) checkOut(step.getAsJsonArray("out").get(i), statement, out.get(i));
        }
    }

    private void explain(JsonObject step) throws SQLException {
        String plan = ((DmdbConnection) connection(step)).getExplainInfo(step.get("explain").getAsString());
        for (String part : strings(step.get("plan")))
            if (!plan.contains(part)) throw new Mismatch("the plan has no " + part + ": " + plan);
    }

    private void begin(JsonObject step) throws SQLException {
        connection(step).setAutoCommit(false);
        if (step.has("read_only")) connection(step).setReadOnly(true);
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
        if (connection(step).isReadOnly()) connection(step).setReadOnly(false);
    }

    /** Changes rows where the cursor of a query stands, by a result that can be updated. */
    private void cursor(JsonObject step) throws SQLException {
        try (Statement statement = connection(step).createStatement(ResultSet.TYPE_SCROLL_INSENSITIVE, ResultSet.CONCUR_UPDATABLE)) {
            if (step.has("name")) statement.setCursorName(step.get("name").getAsString());
            try (ResultSet result = statement.executeQuery(step.get("cursor").getAsString())) {
                for (JsonElement each : step.getAsJsonArray("changes")) change(each.getAsJsonObject(), result);
            }
        }
    }

    private static void change(JsonObject change, ResultSet result) throws SQLException {
        if (change.has("insert")) result.moveToInsertRow();
        else if (!result.absolute(change.get("row").getAsInt() + 1)) throw new Mismatch("no row " + change.get("row"));
        if (change.has("delete")) {
            result.deleteRow();
            return;
        }
        for (Map.Entry<String, JsonElement> column : change.getAsJsonObject(change.has("insert") ? "insert" : "set").entrySet()) {
            Value value = Value.of(column.getValue());
            if (value.kind().equals("null")) result.updateNull(column.getKey());
            else result.updateString(column.getKey(), value.text());
        }
        if (change.has("insert")) result.insertRow();
        else result.updateRow();
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
        else if (step.has("call") || step.has("block")) call(step);
        else if (step.has("explain")) explain(step);
        else if (step.has("cursor")) cursor(step);
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
