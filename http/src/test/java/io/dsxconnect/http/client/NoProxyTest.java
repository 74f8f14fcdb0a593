package io.dsxconnect.http.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NoProxyTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          corp                    | share.corp        | 443  | true
          .corp                   | a.share.CORP      | 80   | true
          *.corp                  | share.corp        | 80   | true
          corp                    | corp              | 80   | true
          corp                    | notcorp           | 80   | false
          dsxa_scanner:5000       | dsxa_scanner      | 5000 | true
          dsxa_scanner:5000       | dsxa_scanner      | 5001 | false
          10.0.0.0/8              | 10.200.3.4        | 80   | true
          10.0.0.0/8              | 11.0.0.1          | 80   | false
          10.1.2.3                | 10.1.2.3          | 80   | true
          10.1.2.3                | 10.1.2.30         | 80   | false
          10.0.0.0/8              | ten.example       | 80   | false
          ::1                     | ::1               | 80   | true
          [fd00::1]:8620          | fd00::1           | 8620 | true
          [fd00::1]:8620          | fd00::1           | 80   | false
          fd00::/8                | fd12::1           | 80   | true
          *                       | anything.example  | 80   | true
          localhost, .svc  a.b    | x.svc             | 80   | true
          localhost, .svc  a.b    | a.b               | 80   | true
          localhost, .svc  a.b    | b                 | 80   | false
          """)
  void an_entry_covers_a_host(String entries, String host, int port, boolean covered) {
    assertThat(NoProxy.parse(entries).covers(host, port)).isEqualTo(covered);
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://x", "10.0.0.0/33", "corp/8", "a;b", "[::1", "x:99999999"})
  void an_invalid_entry_is_named(String entry) {
    assertThatThrownBy(() -> NoProxy.parse("localhost," + entry))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + entry + "' is not a host");
  }

  @ParameterizedTest
  @ValueSource(strings = {"x:65536", "x:99999", "10.0.0.0/8:70000", "[fd00::1]:65536", "x:0"})
  void bug_an_entry_with_a_port_that_does_not_exist_was_accepted_and_never_matched(String entry) {
    assertThatThrownBy(() -> NoProxy.parse("localhost," + entry))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("'" + entry + "' has an invalid port; write a port from 1 to 65535");
    assertThat(NoProxy.parse("x:65535").covers("x", 65535)).isTrue();
  }
}
