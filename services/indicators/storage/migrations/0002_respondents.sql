-- Who answered: one reserved entry per feed, folded like any indicator, that counts every record whatever is measured on it.
-- Without a digest, it is no indicator to anybody else. Its categories are the questionnaires, or the school years of
-- programmes.
INSERT INTO indicator (indicator_id, version, feed, definition, digest, define_time, stage, newest) VALUES
  ('.responses', 1, 'survey.responses', CAST('' AS {bytes}), '', 0, 0, 1),
  ('.programmes', 1, 'catalogue.programmes', CAST('' AS {bytes}), '', 0, 0, 1);
