CREATE DATABASE voortgang_registry;
CREATE DATABASE voortgang_survey;
CREATE DATABASE voortgang_catalogue;
CREATE DATABASE voortgang_funding;
CREATE DATABASE voortgang_indicators;
CREATE DATABASE voortgang_report;
