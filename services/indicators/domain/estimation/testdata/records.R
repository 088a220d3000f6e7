# Makes records.json: made-up schools whose staff answered, the sums of each school, and what R's `survey` answers for the
# records themselves. Run with R 4.2 and survey 4.1.1:
#   Rscript records.R > records.json
# R is needed for that only; the tests read the file.
suppressMessages(library(survey))
options(survey.lonely.psu = "fail")

# Beside this script.
source(file.path(dirname(sub("--file=", "", grep("--file=", commandArgs(), value = TRUE))), "json.R"))

# Schools in strata, boards as clusters, with M persons of whom m answered.
set.seed(11)
schools <- data.frame(stratum = rep(c("north", "east", "south"), c(9, 14, 11)), N = rep(c(30, 60, 17), c(9, 14, 11)))
schools$school <- sprintf("u%03d", seq_len(nrow(schools)))
schools$M <- sample(12:60, nrow(schools), replace = TRUE)
schools$m <- pmin(schools$M, sample(2:11, nrow(schools), replace = TRUE))
schools$M[4] <- schools$m[4]  # All answered.
schools$g <- sample(c("a", "b", "c"), nrow(schools), replace = TRUE)
schools$k <- sample(c("p", "q"), nrow(schools), replace = TRUE)
schools$effect <- rnorm(nrow(schools), sd = 4)
records <- schools[rep(seq_len(nrow(schools)), schools$m), ]
records$person <- seq_len(nrow(records))
n <- nrow(records)
records$y <- round(40 + records$effect + rnorm(n, sd = 7), 1)
records$x <- round(runif(n, 10, 30), 1)
records$b <- as.numeric(runif(n) < 0.55 + records$effect / 40)
records$h <- pmax(0, pmin(20, round(9 + records$effect + rnorm(n, sd = 4))))
records$counts <- runif(n) < 0.8  # A filter: others are in the sample and in no figure.
records$w_school <- records$N / c(north = 9, east = 14, south = 11)[records$stratum]
records$w <- records$w_school * records$M / records$m

sums <- lapply(split(records, records$school), function(r) {
  r0 <- r[r$counts, ]
  list(id = r$school[1], stratum = r$stratum[1], N = r$N[1], m = nrow(r), M = r$M[1], weight = r$w_school[1], g = r$g[1], k = r$k[1],
       n = nrow(r0), y = sum(r0$y), yy = sum(r0$y^2), x = sum(r0$x), xx = sum(r0$x^2), xy = sum(r0$x * r0$y), b = sum(r0$b),
       h = lapply(0:20, function(v) sum(r0$h == v)))
})

p <- c(0.05, 0.25, 0.5, 0.75, 0.9)
answers <- function(whole) {
  design <- subset(whole, counts)
  domains <- svyby(~y, ~g, design, svymean)
  list(degrees_of_freedom = degf(whole), mean = both(svymean(~y, design)), total = both(svytotal(~y, design)),
       proportion = both(svymean(~b, design)), count = both(svytotal(~I(0 + counts), design)),
       ratio = both(svyratio(~y, ~x, design)),
       domain_means = lapply(split(domains, domains$g), function(d) list(value = d$y, se = d$se)),
       domain_ratio_a = both(svyratio(~y, ~x, subset(design, g == "a"))),
       quantiles = quantiles_of(design, whole), domain_quantiles_b = quantiles_of(subset(design, g == "b"), whole))
}
# With the degrees of freedom of the whole design, as everything else.
quantiles_of <- function(design, whole) {
  q <- svyquantile(~h, design, p, ci = TRUE, df = degf(whole))$h
  lapply(seq_along(p), function(i) list(p = p[i], value = unname(q[i, "quantile"]), lower = unname(q[i, 2]), upper = unname(q[i, 3]),
                                        se = unname(q[i, "se"])))
}

persons <- svydesign(~school + person, strata = ~stratum, fpc = ~N + M, data = records)
clusters <- svydesign(~school, strata = ~stratum, fpc = ~N, weights = ~w_school, data = records)
endless <- svydesign(~school, strata = ~stratum, weights = ~w_school, data = records)

out <- list(schools = unname(sums), persons = answers(persons), clusters = answers(clusters), endless = answers(endless))

# One school in the stratum of its own, by each policy.
lonely <- rbind(records, transform(records[records$school == "u003", ], school = "u999", stratum = "west", N = 5, w_school = 5,
                                   person = person + 10000))
out$lonely <- lapply(c(remove = "remove", certainty = "certainty", adjust = "adjust", average = "average"), function(policy) {
  options(survey.lonely.psu = policy)
  design <- svydesign(~school, strata = ~stratum, fpc = ~N, weights = ~w_school, data = lonely)
  design <- subset(design, counts)
  list(mean = both(svymean(~y, design)), ratio = both(svyratio(~y, ~x, design)))
})
cat(json(out), "\n")
