-- Which lines of which file the facts were read from; see domain/fact_sources.h. Empty for what was
-- imported before.
ALTER TABLE school ADD COLUMN fact_sources {text} NOT NULL DEFAULT '';
ALTER TABLE municipality ADD COLUMN fact_sources {text} NOT NULL DEFAULT '';
