#!/bin/sh
# Makes what shows Kafka who somebody is, for everybody for whom it is not there yet, into the folders of /secrets: each is a
# volume, which only those have whose folder it is. Runs as root, in Kafka's image. Who deletes a file, and runs this and
# kafka-setup again, gives a new password.
set -eu
umask 077
cd /secrets
broker=appuser   # as Kafka runs
service=10001    # as the services run

new_password() {
  head -c 32 /dev/urandom | od -An -v -tx1 | tr -d ' \n'
}

# write <owner> <file>: it appears whole or not at all
write() {
  cat > "$2.new"
  chmod 400 "$2.new"
  chown "$1" "$2.new"
  mv "$2.new" "$2"
}

# settings <mechanism> <login module> <name> <password> [<prefix>]
settings() {
  echo "${5-}security.protocol=SASL_PLAINTEXT"
  echo "${5-}sasl.mechanism=$1"
  echo "${5-}sasl.jaas.config=org.apache.kafka.common.security.$2 required username=\"$3\" password=\"$4\";"
}

# principal <folder> <name> [<prefix>]: a password that kafka-setup tells the broker
principal() {
  [ -e "$1/$2.properties" ] && return
  settings SCRAM-SHA-512 scram.ScramLoginModule "$2" "$(new_password)" "${3-}" | write $service "$1/$2.properties"
}

# Brokers and kafka-setup have theirs before there is anybody to tell, so the brokers read them from a file.
if [ ! -e kafka/jaas.conf ]; then
  admin=$(new_password)
  plain="org.apache.kafka.common.security.plain.PlainLoginModule required"
  brokers=$(new_password)
  known="username=\"broker\" password=\"$brokers\" user_broker=\"$brokers\""
  settings PLAIN plain.PlainLoginModule admin "$admin" spring.kafka.properties. | write $service kafka-setup/admin.properties
  settings PLAIN plain.PlainLoginModule admin "$admin" | write $broker kafka/admin.properties
  write $broker kafka/jaas.conf <<EOF
broker.KafkaServer { $plain $known user_admin="$admin"; };
controller.KafkaServer { $plain $known; };
client.KafkaServer { org.apache.kafka.common.security.scram.ScramLoginModule required; };
external.KafkaServer { org.apache.kafka.common.security.scram.ScramLoginModule required; };
EOF
fi

for name in ingest-service cohort-service metrics-service; do
  principal $name $name spring.kafka.properties.
done
for name in sponsor unblinded public auditors; do
  principal analysts $name
done
