"""Writes a log of so many rows through a server of Spark Connect: as Parquet for engines, as CSV for the embedded reader.

python make.py sc://127.0.0.1:50051 ROWS FOLDER [--csv]
"""

import sys

from pyspark.sql import SparkSession

address, rows, folder = sys.argv[1], int(sys.argv[2]), sys.argv[3]
spark = SparkSession.builder.remote(address).getOrCreate()

# Numbers that look random and are the same on every engine: digits of a product modulo a prime.
spark.sql(
    f"""
    SELECT id,
      pmod(id * 2654435761, 999983) AS a,
      pmod(id * 40503 + 12345, 999979) AS b,
      pmod(id * 69069 + 1, 999961) AS c
    FROM range({rows})
    """
).createOrReplaceTempView("dice")

log = spark.sql(
    f"""
    SELECT timestamp_micros(1790000000000000 + CAST(id * (60D * 86400000000 / {rows}) AS BIGINT)) AS timestamp,
      concat('tenant-', lpad(CAST(t AS STRING), 4, '0')) AS tenant,
      concat('feature-', CAST(pmod(t * 7 + pmod(b, 4), 40) AS STRING)) AS feature,
      element_at(array('gpt-5-mini', 'gpt-5.4', 'claude-haiku-4-5', 'claude-sonnet-4-6', 'gemini-2.5-flash',
        'deepseek-v4-pro'), CAST(1 + pmod(t + pmod(c, 2), 6) AS INT)) AS model,
      1 + pmod(c, 20000) AS input_tokens,
      pmod(c, 20000) DIV 3 AS cached_tokens,
      1 + pmod(a, 1500) AS output_tokens,
      CAST(100 + b / 100D AS DOUBLE) AS latency_ms,
      CASE WHEN pmod(b, 100) = 0 THEN 500 ELSE 200 END AS status
    FROM (SELECT *, CAST(floor(pow(a / 999983D, 3) * 500) AS INT) AS t FROM dice)
    """
)
if "--csv" in sys.argv:
    text = log.withColumn("timestamp", log["timestamp"].cast("string"))
    text.write.mode("overwrite").option("header", "true").csv(f"{folder}/csv-{rows}")
log.write.mode("overwrite").parquet(f"{folder}/parquet-{rows}")
