package io.dsxconnect.routes;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.WireName;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Derives JSON schemas from records and collects them by name. Not thread-safe. */
final class Schemas {
  private final Map<String, ObjectNode> byName = new TreeMap<>();

  /** The schemas of all records passed to {@link #of(Class)} and of those they refer to. */
  Map<String, ObjectNode> all() {
    return byName;
  }

  /**
   * The schema of a type: a reference for a record, an array schema for an array.
   *
   * @throws IllegalArgumentException if the type is not supported
   */
  ObjectNode of(Class<?> type) {
    if (type.isArray()) {
      ObjectNode list = Json.object().put("type", "array");
      list.set("items", of(type.getComponentType()));
      return list;
    }
    if (type.isRecord()) {
      String name = type.getSimpleName();
      if (!byName.containsKey(name)) {
        byName.put(name, Json.object());
        byName.put(name, record(type));
      }
      return Json.object().put("$ref", "#/components/schemas/" + name);
    }
    return plain(type);
  }

  private ObjectNode record(Class<?> type) {
    ObjectNode schema = Json.object().put("type", "object");
    putProperties(type, schema.putObject("properties"));
    return schema;
  }

  private void putProperties(Class<?> type, ObjectNode properties) {
    for (RecordComponent component : type.getRecordComponents()) {
      if (component.getAccessor().isAnnotationPresent(JsonUnwrapped.class)) {
        putProperties(component.getType(), properties);
        continue;
      }
      boolean nullable = component.getAnnotatedType().isAnnotationPresent(Nullable.class);
      ObjectNode property = of(component.getGenericType(), component.getAnnotatedType());
      properties.set(nameOf(component), nullable ? orNull(property) : property);
    }
  }

  private static String nameOf(RecordComponent component) {
    JsonProperty named = component.getAccessor().getAnnotation(JsonProperty.class);
    return named != null
        ? named.value()
        : component.getName().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
  }

  private ObjectNode of(Type type, AnnotatedType annotated) {
    if (type instanceof ParameterizedType generic) {
      Class<?> raw = (Class<?>) generic.getRawType();
      AnnotatedType[] arguments =
          ((AnnotatedParameterizedType) annotated).getAnnotatedActualTypeArguments();
      Type[] types = generic.getActualTypeArguments();
      ObjectNode schema = Json.object();
      if (List.class.isAssignableFrom(raw)) {
        schema.put("type", "array").set("items", of(types[0], arguments[0]));
        return schema;
      }
      schema.put("type", "object").set("additionalProperties", of(types[1], arguments[1]));
      return schema;
    }
    return of((Class<?>) type);
  }

  private static ObjectNode plain(Class<?> type) {
    ObjectNode schema = Json.object();
    if (type == String.class) {
      return schema.put("type", "string");
    }
    if (type == boolean.class || type == Boolean.class) {
      return schema.put("type", "boolean");
    }
    if (type == long.class || type == Long.class || type == int.class || type == Integer.class) {
      return schema.put("type", "integer");
    }
    if (type == double.class || type == Double.class || type == Number.class) {
      return schema.put("type", "number");
    }
    if (WireName.class.isAssignableFrom(type)) {
      ArrayNode words = schema.put("type", "string").putArray("enum");
      for (Object constant : type.getEnumConstants()) {
        words.add(((WireName) constant).wire());
      }
      return schema;
    }
    if (JsonNode.class.isAssignableFrom(type) || Map.class.isAssignableFrom(type)) {
      return schema.put("type", "object");
    }
    if (type == Object.class) {
      return schema;
    }
    throw new IllegalArgumentException("no schema for " + type);
  }

  private static ObjectNode orNull(ObjectNode schema) {
    if (schema.path("type").isTextual() && !schema.has("enum")) {
      String type = schema.get("type").asText();
      schema.putArray("type").add(type).add("null");
      return schema;
    }
    ObjectNode either = Json.object();
    either.putArray("anyOf").add(schema).add(Json.object().put("type", "null"));
    return either;
  }
}
