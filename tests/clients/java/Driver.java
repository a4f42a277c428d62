import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.slack.api.Slack;
import com.slack.api.SlackConfig;
import com.slack.api.bolt.App;
import com.slack.api.bolt.AppConfig;
import com.slack.api.bolt.model.Bot;
import com.slack.api.bolt.model.Installer;
import com.slack.api.bolt.request.RequestHeaders;
import com.slack.api.bolt.service.InstallationService;
import com.slack.api.bolt.service.OAuthStateService;
import com.slack.api.bolt.util.SlackRequestParser;
import com.slack.api.methods.MethodsClient;
import com.slack.api.methods.SlackApiException;
import com.slack.api.methods.SlackApiTextResponse;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/**
 * Calls methods through Slack's SDK and Bolt for Java: an order a line on stdin, what the caller saw a line on stdout.
 */
public final class Driver {
    private static final Gson GSON = new Gson();
    private static final String COMMAND = "/call";

    public static void main(String[] arguments) throws Exception {
        PrintStream out = System.out;
        System.setOut(System.err);
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, "UTF-8"));
        for (String line = orders.readLine(); line != null; line = orders.readLine()) {
            JsonObject order = GSON.fromJson(line, JsonObject.class);
            Map<String, Object> seen;
            try (Slack slack = Slack.getInstance(config(order))) {
                seen = switch (text(order, "client")) {
                    case "slack-api-client" -> seen(() -> called(slack.methods(text(order, "token")), order));
                    case "bolt-java" -> bolt(slack, order);
                    case "bolt-java-oauth" -> oauth(slack, order);
                    default -> Map.of("failed", "There is no such client.");
                };
            } catch (Exception error) {
                seen = Map.of("failed", error.toString());
            }
            out.println(GSON.toJson(seen));
            out.flush();
        }
        System.exit(0);
    }

    private static SlackConfig config(JsonObject order) {
        SlackConfig config = new SlackConfig();
        config.setMethodsEndpointUrlPrefix(text(order, "url"));
        if (order.has("timeout_s")) {
            config.setHttpClientReadTimeoutMillis(order.get("timeout_s").getAsInt() * 1000);
        }
        return config;
    }

    @SuppressWarnings("deprecation")
    private static SlackApiTextResponse called(MethodsClient client, JsonObject order) throws Exception {
        JsonObject given = order.getAsJsonObject("arguments");
        if (text(order, "method").equals("oauth.access")) {
            return client.oauthAccess(request -> request
                .clientId(text(order, "client_id"))
                .clientSecret(text(order, "client_secret"))
                .code(text(given, "code"))
                .redirectUri(text(given, "redirect_uri")));
        }
        return client.appsPermissionsRequest(request -> request
            .triggerId(text(given, "trigger_id"))
            .scopes(Arrays.asList(text(given, "scopes").split(","))));
    }

    /** The app is sent a slash command, and its listener calls by the client of its context. */
    private static Map<String, Object> bolt(Slack slack, JsonObject order) throws Exception {
        AppConfig config = AppConfig.builder().slack(slack).singleTeamBotToken(text(order, "token"))
            .requestVerificationEnabled(false).build();
        List<Map<String, Object>> found = new ArrayList<>();
        App app = new App(config).command(COMMAND, (request, context) -> {
            found.add(seen(() -> called(context.client(), order)));
            return context.ack();
        });
        app.start();
        String body = "command=%2Fcall&text=&team_id=" + text(order, "team_id") + "&user_id=" + text(order, "user_id");
        SlackRequestParser.HttpRequest request = SlackRequestParser.HttpRequest.builder()
            .requestUri("/slack/events").requestBody(body).headers(new RequestHeaders(Map.of())).build();
        app.run(new SlackRequestParser(config).parse(request));
        app.stop();
        return found.get(0);
    }

    /** A browser comes back from the page that asks the user; the app is a classic one. */
    private static Map<String, Object> oauth(Slack slack, JsonObject order) throws Exception {
        JsonObject given = order.getAsJsonObject("arguments");
        AppConfig config = AppConfig.builder().slack(slack).classicAppPermissionsEnabled(true)
            .clientId(text(order, "client_id")).clientSecret(text(order, "client_secret"))
            .redirectUri(text(given, "redirect_uri")).stateValidationEnabled(false)
            .oauthRedirectUriPath("/slack/oauth_redirect").requestVerificationEnabled(false).signingSecret("fake").build();
        List<Map<String, Object>> found = new ArrayList<>();
        App app = new App(config).asOAuthApp(true).service(new Nowhere()).service(new Stateless());
        app.oauthCallback((com.slack.api.bolt.service.builtin.oauth.OAuthSuccessHandler) (request, response, answer) -> {
            found.add(seen(() -> answer));
            return response;
        });
        app.oauthCallbackAccessError(
            (com.slack.api.bolt.service.builtin.oauth.OAuthAccessErrorHandler) (request, response, answer) -> {
                found.add(seen(() -> answer));
                return response;
            });
        app.oauthCallbackException((request, response, error) -> {
            found.add(seen(() -> {
                throw error;
            }));
            return response;
        });
        app.start();
        SlackRequestParser.HttpRequest request = SlackRequestParser.HttpRequest.builder()
            .requestUri("/slack/oauth_redirect").queryString(Map.of("code", List.of(text(given, "code"))))
            .requestBody("").headers(new RequestHeaders(Map.of())).build();
        app.run(new SlackRequestParser(config).parse(request));
        app.stop();
        return found.get(0);
    }

    private static Map<String, Object> seen(Callable<SlackApiTextResponse> call) {
        Map<String, Object> seen = new LinkedHashMap<>();
        try {
            SlackApiTextResponse answer = call.call();
            seen.put("returned", answer.getClass().getSimpleName());
            read(answer, seen);
        } catch (SlackApiException error) {
            seen.put("raised", error.getClass().getSimpleName());
            seen.put("status", error.getResponse().code());
            seen.put("retry_after", error.getResponse().header("Retry-After"));
            if (error.getError() != null) {
                read(error.getError(), seen);
            }
        } catch (Exception error) {
            seen.put("raised", error.getClass().getName());
        }
        return seen;
    }

    private static void read(SlackApiTextResponse answer, Map<String, Object> seen) {
        JsonObject fields = GSON.toJsonTree(answer).getAsJsonObject();
        fields.remove("httpResponseHeaders");
        seen.put("fields", fields.keySet().stream().sorted().toList());
        seen.put("error", answer.getError());
        seen.put("warning", answer.getWarning());
    }

    private static String text(JsonObject from, String name) {
        return from.has(name) && !from.get(name).isJsonNull() ? from.get(name).getAsString() : null;
    }

    /** Keeps no installation. */
    private static final class Nowhere implements InstallationService {
        @Override public boolean isHistoricalDataEnabled() { return false; }
        @Override public void setHistoricalDataEnabled(boolean enabled) { }
        @Override public void saveInstallerAndBot(Installer installer) { }
        @Override public void saveBot(Bot bot) { }
        @Override public void deleteBot(Bot bot) { }
        @Override public void deleteInstaller(Installer installer) { }
        @Override public Bot findBot(String enterprise, String team) { return null; }
        @Override public Installer findInstaller(String enterprise, String team, String user) { return null; }
    }

    /** Takes any state. */
    private static final class Stateless implements OAuthStateService {
        @Override public void addNewStateToDatastore(String state) { }
        @Override public boolean isAvailableInDatabase(String state) { return true; }
        @Override public void deleteStateFromDatastore(String state) { }
    }
}
