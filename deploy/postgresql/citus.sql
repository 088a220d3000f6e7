-- Spreads the tables that grow over the workers of a Citus cluster (12.1 or newer): run it once in the databases of survey and
-- catalogue on the coordinator, after the migrations (voortgang-survey --migrations=only) and before there is much in them.
--
--   psql -v ON_ERROR_STOP=1 -f citus.sql "postgresql://…/voortgang_survey"
--
-- A table that grows has its partition first in its primary key and is written and read by it. Tables of the same partition
-- end up on the same worker, so that an answer, its place in the feed and the feed's head are one local transaction.
-- After a migration that adds such a table: run it again; what is spread already is left as it is.
DO $$
DECLARE
  growing regclass;
BEGIN
  FOR growing IN
    SELECT key.conrelid::regclass
    FROM pg_constraint AS key
    JOIN pg_attribute AS first ON first.attrelid = key.conrelid AND first.attnum = key.conkey[1]
    WHERE key.contype = 'p' AND first.attname = 'partition'
      AND NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = key.conrelid)
    ORDER BY 1
  LOOP
    PERFORM create_distributed_table(growing, 'partition', shard_count => 32);
    RAISE NOTICE '% is spread by partition', growing;
  END LOOP;
END $$;
