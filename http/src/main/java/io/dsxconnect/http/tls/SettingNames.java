package io.dsxconnect.http.tls;

/**
 * Names of the settings that an operator may change after a TLS failure, for error messages.
 *
 * @param bundle the setting of the trusted authorities
 * @param certificate the setting of the client's own certificate
 */
public record SettingNames(String bundle, String certificate) {}
