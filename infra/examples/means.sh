#!/bin/sh
# The mean of each arm at each visit: means.sh TRIAL INSTRUMENT [BROKERS]
kcat -b "${3:-localhost:9092}" -C -t outcomes.cohort-metrics.v1 -o beginning -e -q -J |
  jq -rn --arg trial "$1" --arg instrument "$2" '
    reduce inputs as $message ({}; .[$message.key] = $message.payload)  # the last message of a key holds
    | .[] | values | fromjson                                           # one without value has deleted its key
    | select(.trial == $trial and .instrument == $instrument and .cohort.by == "arm" and (.suppressed | not))
    | [.visit, .cohort.value, .n, .mean] | @tsv'
