"""The mean of each arm at each visit: means.py TRIAL INSTRUMENT [BROKERS]"""
import json
import sys

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, TopicPartition

trial, instrument, brokers = (sys.argv[1:] + ["localhost:9092"])[:3]
topic = "outcomes.cohort-metrics.v1"
# Without a group nothing is committed, and every run reads all; the client asks for a name all the same.
consumer = Consumer({"bootstrap.servers": brokers, "group.id": "means", "enable.auto.commit": False,
                     "enable.partition.eof": True})
partitions = consumer.list_topics(topic, timeout=30).topics[topic].partitions
consumer.assign([TopicPartition(topic, it, OFFSET_BEGINNING) for it in partitions])

latest, read = {}, set()
while len(read) < len(partitions):
    message = consumer.poll(1)
    if message is None:
        continue
    if message.error():
        if message.error().code() != KafkaError._PARTITION_EOF:
            raise KafkaException(message.error())
        read.add(message.partition())
    elif message.value() is None:
        latest.pop(message.key(), None)
    else:
        latest[message.key()] = json.loads(message.value())
consumer.close()

for metric in latest.values():
    if (metric["trial"], metric["instrument"], metric["cohort"]["by"]) == (trial, instrument, "arm") \
            and not metric["suppressed"]:
        print(metric["visit"], metric["cohort"]["value"], metric["n"], metric.get("mean", ""), sep="\t")
