package io.dsxconnect.http.tls;

/**
 * Names of the settings that an error message advises to change after a TLS failure. Immutable.
 *
 * @param bundle the setting of the trusted authorities
 * @param certificate the setting of the client's certificate
 */
public record SettingNames(String bundle, String certificate) {}
