import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Runs the scenarios of ../scenarios.json through the vendor's JDBC driver, unmodified and with its defaults.
 * Environment: DMKIT_HOST, DMKIT_PORT, DMKIT_SCENARIOS (file with the scenarios to run, all of them).
 */
public final class Run {
    static String environment(String name, String otherwise) {
        String given = System.getenv(name);
        return given == null || given.isEmpty() ? otherwise : given;
    }

    static String shorten(Object value) {
        String text = String.valueOf(value);
        return text.length() > 120 ? text.substring(0, 100) + "… (" + text.length() + " characters)" : text;
    }

    private static String run(JsonObject scenario) {
        int number = 0;
        JsonElement current = new JsonPrimitive("login");
        try (Session session = new Session()) {
            JsonObject login = new JsonObject();
            login.addProperty("connect", "a");
            session.run(login);
            for (JsonElement step : scenario.getAsJsonArray("steps")) {
                ++number;
                current = step;
                session.step(step.getAsJsonObject());
            }
            return null;
        } catch (Session.Mismatch mismatch) {
            return "step " + number + ": " + shorten(current) + "\n    " + mismatch.getMessage();
        } catch (Exception error) {
            return "step " + number + ": " + shorten(current) + "\n    " + error;
        }
    }

    public static void main(String[] arguments) throws Exception {
        String text = Files.readString(Path.of(environment("DMKIT_SCENARIOS", "../scenarios.json")));
        int passed = 0;
        int failed = 0;
        for (JsonElement element : JsonParser.parseString(text).getAsJsonObject().getAsJsonArray("scenarios")) {
            JsonObject scenario = element.getAsJsonObject();
            String name = scenario.get("name").getAsString();
            String failure = run(scenario);
            if (failure == null) {
                ++passed;
                System.out.println("passed " + name);
            } else {
                ++failed;
                System.out.println("FAILED " + name + "\n    " + failure);
            }
        }
        System.out.println(passed + " passed, " + failed + " failed");
        System.exit(failed == 0 ? 0 : 1);
    }
}
