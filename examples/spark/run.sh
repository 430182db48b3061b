#!/usr/bin/env bash
# The same question to the embedded reader, to Sail with one to three workers and to Apache Spark, on logs of 1, 10 and
# 50 million rows: the same totals, how long it takes, what is sent back; and Spark while one of its executors is
# killed. Everything is installed into FOLDER and listens on 127.0.0.1 alone.
#
#   cargo build --release --features spark
#   examples/spark/run.sh FOLDER [ROWS...]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
folder=${1:?a folder for programs and logs}
shift
sizes=("$@")
[ ${#sizes[@]} -gt 0 ] || sizes=(1000000 10000000 50000000)
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
llmcost=${LLMCOST:-target/release/llmcost}
by=(--by tenant,feature,model,day)
server=

say() { printf '\n== %s\n' "$*"; }
stop() {
  [ -z "$server" ] || { kill -- "-$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true; }
  server=
}
trap stop EXIT

install() {
  [ -x "$folder/sail/bin/sail" ] || { python3 -m venv "$folder/sail" && "$folder/sail/bin/pip" install -q pysail==0.7.2 pyspark-client; }
  [ -x "$folder/spark/bin/spark-submit" ] || { python3 -m venv "$folder/spark" && "$folder/spark/bin/pip" install -q 'pyspark[connect]'; }
}

free_port() {
  python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

listen() {
  local left=600
  until (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do
    left=$((left - 1))
    [ "$left" -gt 0 ] || { echo "the server does not listen"; exit 1; }
    sleep 0.1
  done
}

# Sail with so many workers.
start_sail() {
  port=$(free_port)
  SAIL_MODE=local-cluster SAIL_CLUSTER__WORKER_INITIAL_COUNT=$1 SAIL_CLUSTER__WORKER_MAX_COUNT=$1 \
    setsid "$folder/sail/bin/sail" spark server --ip 127.0.0.1 --port "$port" \
    >"$folder/sail.log" 2>&1 &
  server=$!
  listen
}

# Apache Spark with this master.
start_spark() {
  port=$(free_port)
  local home
  home=$(echo "$folder"/spark/lib/python3*/site-packages/pyspark)
  SPARK_HOME=$home SPARK_LOCAL_IP=127.0.0.1 setsid "$home/bin/spark-submit" \
    --class org.apache.spark.sql.connect.service.SparkConnectServer --master "$1" --driver-memory 3g \
    --conf spark.connect.grpc.binding.address=127.0.0.1 --conf "spark.connect.grpc.binding.port=$port" \
    --conf spark.driver.host=127.0.0.1 --conf spark.driver.bindAddress=127.0.0.1 --conf spark.ui.enabled=false \
    --conf spark.sql.shuffle.partitions=6 --conf spark.connect.execute.reattachable.senderMaxStreamDuration=2s \
    spark-internal >"$folder/spark.log" 2>&1 &
  server=$!
  listen
}

# Asks, and says how long it took; keeps the answer without the name of the source.
ask() {
  local title=$1 rows=$2 begin end
  shift 2
  begin=$(date +%s.%N)
  "$llmcost" attribute "$@" "${by[@]}" --format json --quiet -o "$folder/answer.json"
  end=$(date +%s.%N)
  python3 - "$title" "$rows" "$begin" "$end" "$folder" <<'PY'
import json, sys
title, rows, begin, end, folder = sys.argv[1:]
answer = json.load(open(f"{folder}/answer.json"))
answer.pop("sources")
kept = f"{folder}/embedded-{rows}.json"
if title == "embedded reader":
    json.dump(answer, open(kept, "w"))
def bare(of):
    if isinstance(of, dict):
        return {k: bare(v) for k, v in of.items() if k not in ("latency_ms",)}
    return [bare(v) for v in of] if isinstance(of, list) else of
def times(of):
    for group in [of["total"], *of["groups"]]:
        yield from (group["latency_ms"][q] for q in ("p50", "p95", "p99") if group.get("latency_ms"))
try:
    whole = json.load(open(kept))
    same = "same to the last digit" if bare(whole) == bare(answer) else "DIFFERENT"
    off = max((abs(a / b - 1) for a, b in zip(times(answer), times(whole))), default=0)
    same += f", quantiles off by at most {100 * off:.2f} %"
except FileNotFoundError:
    same = "not compared"
print(f"{title}: {int(rows):,} rows, {len(answer['groups']):,} groups, {float(end) - float(begin):.1f} s, {same}")
PY
}

install
say "$("$llmcost" --version), $(nproc) cores, $("$folder/sail/bin/sail" --version 2>/dev/null || echo Sail 0.7.2)"
for rows in "${sizes[@]}"; do
  logs=$folder/parquet-$rows
  if [ ! -d "$logs" ]; then
    start_sail 3
    csv=()
    [ "$rows" -gt 10000000 ] || csv=(--csv)
    "$folder/sail/bin/python" -W ignore examples/spark/make.py "sc://127.0.0.1:$port" "$rows" "$folder" "${csv[@]}"
    stop
  fi
  say "$rows rows: $(du -sm "$logs" | cut -f1) MB of Parquet"
  [ ! -d "$folder/csv-$rows" ] || ask "embedded reader" "$rows" "$folder/csv-$rows"
  for workers in 1 2 3; do
    start_sail "$workers"
    ask "Sail, $workers workers" "$rows" --remote "sc://127.0.0.1:$port" --path "$logs" --path-format parquet
    stop
  done
  # What takes Sail a minute takes Spark on two cores much longer.
  [ "$rows" -le 10000000 ] || continue
  start_spark "local[2]"
  ask "Spark, cold" "$rows" --remote "sc://127.0.0.1:$port" --path "$logs" --path-format parquet
  ask "Spark, warm" "$rows" --remote "sc://127.0.0.1:$port" --path "$logs" --path-format parquet
  stop
done

say "one of three executors of Spark is killed on the way"
rows=${sizes[0]}
start_spark "local-cluster[3,1,1024]"
"$llmcost" attribute --remote "sc://127.0.0.1:$port" --path "$folder/parquet-$rows" --path-format parquet --quiet >/dev/null
(
  sleep 1.5
  executor=$(pgrep -g "$server" -f CoarseGrainedExecutorBackend | head -n 1)
  kill -9 "$executor" && echo "killed an executor"
) &
ask "Spark, an executor killed" "$rows" --remote "sc://127.0.0.1:$port" --path "$folder/parquet-$rows" --path-format parquet
wait %% 2>/dev/null || true
stop
