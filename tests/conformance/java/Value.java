import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.math.BigDecimal;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A tagged value of scenarios.json; its kind is null, integer, text or the tag. */
record Value(String kind, String text) {
    static Value of(JsonElement json) {
        if (json.isJsonNull()) return new Value("null", "");
        if (json.isJsonPrimitive())
            return new Value(json.getAsJsonPrimitive().isNumber() ? "integer" : "text", json.getAsString());
        JsonObject object = json.getAsJsonObject();
        String tag = object.keySet().iterator().next();
        int times = object.has("times") ? object.get("times").getAsInt() : 1;
        return new Value(tag, object.get(tag).getAsString().repeat(times));
    }

    /** The rows of a step: given one by one, or by a generator. */
    static List<List<Value>> rows(JsonElement json) {
        List<List<Value>> rows = new ArrayList<>();
        if (json.isJsonArray()) {
            for (JsonElement row : json.getAsJsonArray()) rows.add(list(row));
            return rows;
        }
        JsonObject generator = json.getAsJsonObject();
        for (int i = 0; i < generator.get("generate").getAsInt(); ++i) {
            List<Value> row = new ArrayList<>();
            for (JsonElement column : generator.getAsJsonArray("columns")) row.add(generate(column.getAsJsonObject(), i));
            rows.add(row);
        }
        return rows;
    }

    static List<Value> list(JsonElement json) {
        List<Value> values = new ArrayList<>();
        for (JsonElement value : json.getAsJsonArray()) values.add(of(value));
        return values;
    }

    private static Value generate(JsonObject column, int index) {
        if (column.has("from")) {
            long step = column.has("step") ? column.get("step").getAsLong() : 1;
            return new Value("integer", Long.toString(column.get("from").getAsLong() + index * step));
        }
        Value value = column.has("cycle")
                ? of(column.getAsJsonArray("cycle").get(index % column.getAsJsonArray("cycle").size())) : of(column);
        return new Value(value.kind, value.text.replace("{i}", Integer.toString(index)));
    }

    void bind(PreparedStatement statement, int position) throws SQLException {
        switch (kind) {
            case "null" -> statement.setNull(position, Types.NULL);
            case "integer" -> {
                long number = Long.parseLong(text);
                if (number == (int) number) statement.setInt(position, (int) number);
                else statement.setLong(position, number);
            }
            case "decimal" -> statement.setBigDecimal(position, new BigDecimal(text));
            case "double" -> statement.setDouble(position, Double.parseDouble(text));
            case "real" -> statement.setFloat(position, Float.parseFloat(text));
            case "bytes" -> statement.setBytes(position, HexFormat.of().parseHex(text));
            case "date" -> statement.setDate(position, java.sql.Date.valueOf(text));
            case "timestamp" -> statement.setTimestamp(position, java.sql.Timestamp.valueOf(text));
            case "interval_ym" -> statement.setString(position, literal("YEAR(4) TO MONTH"));
            case "interval_ds" -> statement.setString(position, literal("DAY(4) TO SECOND(6)"));
            default -> statement.setString(position, text); // java.sql.Time has no fraction of a second
        }
    }

    /** An interval may be a literal already. */
    private String literal(String qualifier) {
        return text.startsWith("INTERVAL") ? text : "INTERVAL '" + text + "' " + qualifier;
    }

    private static final DateTimeFormatter ZONED = new DateTimeFormatterBuilder().appendPattern("yyyy-MM-dd HH:mm:ss")
            .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true).appendPattern(" xxx").toFormatter();
    private static final Pattern INTERVAL = Pattern.compile(
            "(?i)(?:INTERVAL\\s*)?(-?)\\s*'?\\s*(-?)([\\d :.-]+?)'?(?:\\s+(YEAR|MONTH|DAY|HOUR|MINUTE|SECOND)\\s*(?:\\([^)]*\\))?"
            + "(?:\\s+TO\\s+(YEAR|MONTH|DAY|HOUR|MINUTE|SECOND).*)?)?");
    private static final List<String> YEAR_TO_MONTH = List.of("YEAR", "MONTH");
    private static final List<String> DAY_TO_SECOND = List.of("DAY", "HOUR", "MINUTE", "SECOND");
    private static final long[] MONTHS = {12, 1};
    private static final long[] SECONDS = {86400, 3600, 60, 1};

    private static String trimFraction(String text) {
        return text.contains(".") ? text.replaceAll("0+$", "").replaceAll("\\.$", "") : text;
    }

    private static String plainDecimal(String text) {
        BigDecimal number = new BigDecimal(text.strip());
        return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
    }

    /** Months or seconds. Without a qualifier in the text all fields of the kind are there. */
    private static String interval(String text, boolean months) {
        Matcher match = INTERVAL.matcher(text.strip());
        if (!match.matches()) return "not an interval: " + text;
        List<String> fields = months ? YEAR_TO_MONTH : DAY_TO_SECOND;
        int first = match.group(4) == null ? 0 : fields.indexOf(match.group(4).toUpperCase());
        int last = match.group(5) != null ? fields.indexOf(match.group(5).toUpperCase()) : match.group(4) != null ? first : fields.size() - 1;
        String[] parts = match.group(3).split("[ :-]");
        if (first < 0 || parts.length != last - first + 1) return "not the fields of its qualifier: " + text;
        BigDecimal sum = BigDecimal.ZERO;
        for (int i = 0; i < parts.length; ++i)
            sum = sum.add(new BigDecimal(parts[i]).multiply(BigDecimal.valueOf((months ? MONTHS : SECONDS)[first + i])));
        return match.group(1) + match.group(2) + plainDecimal(sum.toString()) + (months ? " months" : " s");
    }

    private static String instant(String text) {
        LocalDateTime utc = OffsetDateTime.parse(text, ZONED).withOffsetSameInstant(ZoneOffset.UTC).toLocalDateTime();
        return utc + " UTC";
    }

    /** The text under which a value is compared; the kind is that of the expected value. */
    static String canonical(String kind, String text) {
        if (text == null) return "NULL";
        try {
            return switch (kind) {
                case "integer", "decimal" -> plainDecimal(text);
                case "double" -> Double.toString(Double.parseDouble(text));
                case "real" -> Float.toString(Float.parseFloat(text));
                case "bytes" -> text.toLowerCase();
                case "time", "timestamp" -> trimFraction(text);
                case "timestamptz" -> instant(text);
                case "interval_ym" -> interval(text, true);
                case "interval_ds" -> interval(text, false);
                default -> text;
            };
        } catch (RuntimeException unreadable) {
            return "no " + kind + ": " + text;
        }
    }

    String expected() { return kind.equals("null") ? "NULL" : canonical(kind, text); }
}
