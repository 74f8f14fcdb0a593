package io.dsxconnect.core.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoopbackTest {
  @ParameterizedTest
  @CsvSource({
    "http://127.0.0.1:8620/c,    192.0.2.7, true",
    "http://127.8.0.1:8620/c,    192.0.2.7, true",
    "http://localhost:8620/c,    192.0.2.7, true",
    "http://[::1]:8620/c,        192.0.2.7, true",
    "http://127.0.0.1:8620/c,    127.0.0.1, false",
    "http://127.0.0.1:8620/c,    ::1,       false",
    "http://192.0.2.7:8620/c,    192.0.2.7, false",
    "http://a_connector:8620/c,  192.0.2.7, false",
  })
  void bug_a_connector_on_another_machine_registered_a_loopback_address(
      String url, String peer, boolean refused) {
    assertThat(Loopback.fault(url, InetAddress.ofLiteral(peer)).isPresent()).isEqualTo(refused);
  }
}
