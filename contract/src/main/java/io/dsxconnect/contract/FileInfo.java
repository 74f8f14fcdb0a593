package io.dsxconnect.contract;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * A scanner's description of a file. Immutable; every part is null if the scanner did not send it.
 *
 * @param fileType the scanner's name of the type
 * @param fileSizeInBytes bytes that the scanner received; at least 0
 * @param fileHash usually the SHA-256 as hex; not validated
 * @param containerHash as the scanner sent it; not validated
 * @param additionalOfficeData an object; passed through
 */
public record FileInfo(
    @Nullable String fileType,
    @Nullable Long fileSizeInBytes,
    @Nullable String fileHash,
    @Nullable String containerHash,
    @Nullable JsonNode additionalOfficeData) {

  static FileInfo read(Fields f) {
    return new FileInfo(
        f.nullableText("file_type"),
        f.nullableCount("file_size_in_bytes", 0),
        f.nullableText("file_hash"),
        f.nullableText("container_hash"),
        f.nullableObject("additional_office_data"));
  }
}
