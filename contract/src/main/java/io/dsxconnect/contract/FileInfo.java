package io.dsxconnect.contract;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * What a scanner saw of a file.
 *
 * @param fileHash SHA-256 as hex, when it is one
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
