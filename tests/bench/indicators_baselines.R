# The same breakdown by R's `survey`: prints how long svyby takes, and a sum over its estimates and errors to compare.
# Argument: the file that `voortgang-bench-indicators --export FILE` writes. R gets the sums per school, as the service
# has them, which spares it nearly all of the million rows.
suppressMessages(library(survey))
responses <- read.csv(commandArgs(TRUE)[1])
schools <- aggregate(cbind(positive, n = 1) ~ school + municipality, data = transform(responses, n = 1), FUN = sum)
schools$N <- 9000
design <- svydesign(~school, fpc = ~N, data = schools)
took <- system.time(table <- svyby(~positive, ~municipality, design, svyratio, denominator = ~n))["elapsed"]
cat(sprintf("%.3f %d %.12g %.12g\n", 1000 * took, nrow(table), sum(coef(table)), sum(SE(table)[[1]])))
