import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;

/** A refund is paid after the SMS code. The simulator is the one at TOPSIM_ADMIN, or a container of TOPSIM_IMAGE. */
class RefundTest {
  static final HttpClient HTTP = HttpClient.newHttpClient();
  static GenericContainer<?> container;
  static String admin;
  static String gateway; // null: as the world says

  JsonObject world;

  @BeforeAll
  static void start() {
    admin = System.getenv("TOPSIM_ADMIN");
    if (admin != null) {
      return;
    }
    container = new GenericContainer<>(System.getenv().getOrDefault("TOPSIM_IMAGE", "topsim"))
        .withExposedPorts(8620, 8621).waitingFor(Wait.forHttp("/readyz").forPort(8621));
    container.start();
    admin = "http://" + container.getHost() + ":" + container.getMappedPort(8621);
    // The container does not know this port.
    gateway = "http://" + container.getHost() + ":" + container.getMappedPort(8620) + "/router/rest";
  }

  @AfterAll
  static void stop() {
    if (container != null) {
      container.stop();
    }
  }

  /** A world of the test's own, reached by its app_key. */
  @BeforeEach
  void create() throws Exception {
    world = http("POST", admin + "/admin/worlds", "application/json", "{}").getAsJsonObject();
  }

  @AfterEach
  void drop() throws Exception {
    http("DELETE", own(""), "application/json", "");
  }

  @Test
  void refundIsPaidAfterTheCode() throws Exception {
    String infos = "110045054952563058|4800|1618830739396";
    assertEquals("SEND_CODE_SUCC", agree(Map.of("refund_infos", infos)).get("msg_code").getAsString());

    var sms = http("GET", own("/sms?to=kingdo&wait=2s"), "application/json", "").getAsJsonArray();
    String code = sms.get(sms.size() - 1).getAsJsonObject().get("code").getAsString();
    assertEquals("OP_SUCC", agree(Map.of("refund_infos", infos, "code", code)).get("msg_code").getAsString());

    JsonObject refund = http("GET", own("/refunds/110045054952563058"), "application/json", "").getAsJsonObject();
    assertEquals("SUCCESS", refund.get("status").getAsString());
  }

  JsonObject agree(Map<String, String> params) throws Exception {
    return call("taobao.rp.refunds.agree", params).getAsJsonObject("rp_refunds_agree_response");
  }

  /** What an SDK does: adds the public parameters, signs, sends a form. */
  JsonObject call(String method, Map<String, String> params) throws Exception {
    var all = new TreeMap<>(params);
    all.putAll(Map.of("method", method, "app_key", of("app_key"), "format", "json", "v", "2.0", "sign_method", "md5"));
    all.put("session", world.getAsJsonObject("sessions").get("c-sub").getAsString());
    all.put("timestamp", ZonedDateTime.now(ZoneOffset.ofHours(8)).format(DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss")));
    String text = all.entrySet().stream().map(e -> e.getKey() + e.getValue()).collect(Collectors.joining());
    byte[] digest = MessageDigest.getInstance("MD5")
        .digest((of("app_secret") + text + of("app_secret")).getBytes(StandardCharsets.UTF_8));
    all.put("sign", HexFormat.of().withUpperCase().formatHex(digest));
    String form = all.entrySet().stream()
        .map(e -> e.getKey() + "=" + URLEncoder.encode(e.getValue(), StandardCharsets.UTF_8)).collect(Collectors.joining("&"));
    return http("POST", gateway != null ? gateway : of("gateway_url"), "application/x-www-form-urlencoded", form).getAsJsonObject();
  }

  String of(String member) {
    return world.get(member).getAsString();
  }

  String own(String path) {
    return admin + "/admin/worlds/" + of("name") + path;
  }

  static JsonElement http(String verb, String url, String type, String body) throws Exception {
    var request = HttpRequest.newBuilder(URI.create(url)).header("Content-Type", type).method(verb, BodyPublishers.ofString(body));
    var answer = HTTP.send(request.build(), BodyHandlers.ofString());
    if (answer.statusCode() >= 400) {
      throw new IllegalStateException(url + ": " + answer.statusCode() + " " + answer.body());
    }
    return JsonParser.parseString(answer.body());
  }
}
