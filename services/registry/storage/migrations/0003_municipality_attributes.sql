-- Further facts of municipalities; see row_codec.h.
ALTER TABLE municipality ADD COLUMN attributes {text} NOT NULL DEFAULT '';
