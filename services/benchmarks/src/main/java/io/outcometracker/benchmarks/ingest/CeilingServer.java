package io.outcometracker.benchmarks.ingest;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * As fast as records get from HTTP into Kafka: Netty and one producer with acks=all. It takes anybody's records, looks no
 * further than where each begins and ends, and answers when all of a request are acknowledged.
 */
final class CeilingServer extends SimpleChannelInboundHandler<FullHttpRequest> {
    private static final int LARGEST_BODY = 10 << 20;
    private static final byte[] STORED = "{\"stored\":true}".getBytes(US_ASCII);

    private final Producer<byte[], byte[]> producer;
    private final String topic;

    private CeilingServer(Producer<byte[], byte[]> producer, String topic) {
        this.producer = producer;
        this.topic = topic;
    }

    @Override
    public boolean isSharable() {
        return true;
    }

    /** @param arguments port, address of Kafka, topic */
    public static void main(String... arguments) throws InterruptedException {
        Producer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        arguments[1],
                        ProducerConfig.ACKS_CONFIG,
                        "all",
                        ProducerConfig.LINGER_MS_CONFIG,
                        0),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        CeilingServer server = new CeilingServer(producer, arguments[2]);
        var threads = new MultiThreadIoEventLoopGroup(NioIoHandler.newFactory());
        new ServerBootstrap()
                .group(threads)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, 1024)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.pipeline()
                                .addLast(new HttpServerCodec(), new HttpObjectAggregator(LARGEST_BODY), server);
                    }
                })
                .bind("127.0.0.1", Integer.parseInt(arguments[0]))
                .sync()
                .channel()
                .closeFuture()
                .sync();
    }

    @Override
    protected void channelRead0(ChannelHandlerContext connection, FullHttpRequest request) {
        byte[] body = new byte[request.content().readableBytes()];
        request.content().readBytes(body);
        Format format = Format.of(request.headers().get(HttpHeaderNames.CONTENT_TYPE));
        List<byte[]> records = Bodies.split(format, body);
        AtomicInteger missing = new AtomicInteger(records.size());
        AtomicBoolean failed = new AtomicBoolean();
        for (byte[] it : records) {
            var unused = producer.send(new ProducerRecord<>(topic, it), (stored, failure) -> {
                if (failure != null) {
                    failed.set(true);
                }
                if (missing.decrementAndGet() == 0) {
                    answer(
                            connection,
                            failed.get() ? HttpResponseStatus.SERVICE_UNAVAILABLE : HttpResponseStatus.ACCEPTED);
                }
            });
        }
    }

    private static void answer(ChannelHandlerContext connection, HttpResponseStatus status) {
        var answer = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.wrappedBuffer(STORED));
        answer.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, "application/json")
                .set(HttpHeaderNames.CONTENT_LENGTH, STORED.length);
        var unused = connection.writeAndFlush(answer);
    }
}
