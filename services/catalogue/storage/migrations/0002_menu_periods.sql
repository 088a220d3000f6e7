-- The last day on which schools choose from an edition; empty if it lasts until the next one begins.
ALTER TABLE menu_edition ADD COLUMN end_date {text} NOT NULL DEFAULT '';

-- For the programmes that a newer edition touches.
CREATE INDEX programme_by_edition ON programme (menu_edition, school, school_year);
