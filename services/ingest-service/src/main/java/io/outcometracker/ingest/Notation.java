package io.outcometracker.ingest;

import java.io.IOException;
import java.io.InputStream;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.cfg.MapperBuilder;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * How trees are written down. Numbers stay as they were written; a field that is there twice is an error, and so is what
 * no record needs, however it is nested and as long as it may be.
 */
public final class Notation {
    /** So that a body takes a bounded multiple of its size in memory, and a number none of its own. */
    private static final StreamReadConstraints LIMITS = StreamReadConstraints.builder()
            .maxNestingDepth(64)
            .maxNumberLength(1_000)
            .maxStringLength(1_000_000)
            .maxNameLength(1_000)
            .maxTokenCount(3_000_000)
            .build();

    public static final Notation JSON = new Notation(
            "JSON",
            JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(LIMITS)
                    .build()));
    static final Notation YAML = new Notation(
            "YAML",
            YAMLMapper.builder(YAMLFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(LIMITS)
                    .build()));

    private final String name;
    private final ObjectMapper mapper;

    private Notation(String name, MapperBuilder<?, ?> mapper) {
        this.name = name;
        this.mapper = mapper.enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                .build();
    }

    /** Reads a body that is one tree. */
    public JsonNode read(InputStream body) throws IOException {
        return parsing(body, parser -> {
            requireContent(parser.nextToken());
            JsonNode tree = parser.readValueAsTree();
            requireEnd(parser);
            return tree;
        });
    }

    /** Reads a body that is one object or a list; in a list each element is given on as soon as it is read. */
    void readEach(InputStream body, Consumer<JsonNode> one, Consumer<JsonNode> element) throws IOException {
        parsing(body, parser -> {
            JsonToken first = parser.nextToken();
            requireContent(first);
            if (first == JsonToken.START_ARRAY) {
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    element.accept(parser.readValueAsTree());
                }
            } else {
                one.accept(parser.readValueAsTree());
            }
            requireEnd(parser);
            return true;
        });
    }

    private interface Parsing<T> {
        T apply(JsonParser parser);
    }

    private <T> T parsing(InputStream body, Parsing<T> parsing) throws IOException {
        try (JsonParser parser = mapper.createParser(body)) {
            return parse(parser, parsing);
        } catch (JacksonIOException e) {
            throw e.getCause();
        }
    }

    private <T> T parse(JsonParser parser, Parsing<T> parsing) {
        try {
            return parsing.apply(parser);
        } catch (JacksonIOException e) {
            throw e;
        } catch (StreamConstraintsException e) {
            throw malformed(
                    "the body is nested too deep or has too many parts, or a name, number or text is too long",
                    parser.currentLocation());
        } catch (NumberFormatException e) {
            // The parser does not make one of its own of it.
            throw malformed("a number is too large or too small", parser.currentLocation());
        } catch (JacksonException e) {
            boolean twice = e.getOriginalMessage().startsWith("Duplicate");
            throw malformed(twice ? "the body has a field twice" : "the body is not valid " + name, e.getLocation());
        }
    }

    private static void requireContent(@Nullable JsonToken first) {
        if (first == null) {
            throw new RequestRefused(ProblemType.EMPTY_BODY, "the body must not be empty");
        }
    }

    private void requireEnd(JsonParser parser) {
        if (parser.nextToken() != null) {
            throw malformed("the body goes on after its end", parser.currentTokenLocation());
        }
    }

    /** Jackson's own message quotes the text. */
    private static RequestRefused malformed(String what, @Nullable TokenStreamLocation at) {
        String place =
                at == null || at.getLineNr() < 1 ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
        return new RequestRefused(ProblemType.MALFORMED_BODY, what + place);
    }
}
