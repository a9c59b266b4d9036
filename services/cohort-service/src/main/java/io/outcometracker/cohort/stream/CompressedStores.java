package io.outcometracker.cohort.stream;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.CompressionType;
import org.rocksdb.Options;

/**
 * Has RocksDB compress what lies on disk, which Kafka Streams leaves out: rows and charts repeat the same codes over and
 * over. What has come to rest, which is nearly all, is compressed once more by what makes it smaller.
 */
public final class CompressedStores implements RocksDBConfigSetter {
    @Override
    public void setConfig(String store, Options options, Map<String, Object> settings) {
        options.setCompressionType(CompressionType.LZ4_COMPRESSION);
        options.setBottommostCompressionType(CompressionType.ZSTD_COMPRESSION);
    }

    @Override
    public void close(String store, Options options) {
        // Nothing was made that would have to be closed.
    }
}
