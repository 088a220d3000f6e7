# Makes reference.json: made-up samples, and what R's `survey` answers for them. Run with R 4.2 and survey 4.1.1:
#   Rscript reference.R > reference.json
# R is needed for that only; the tests read the file.
suppressMessages(library(survey))
options(survey.lonely.psu = "fail")

# Beside this script.
source(file.path(dirname(sub("--file=", "", grep("--file=", commandArgs(), value = TRUE))), "json.R"))

# The rows of a sample: unit, stratum, stages as cluster and size (0: not told), weight, and what was observed.
rows <- function(data, stages) lapply(seq_len(nrow(data)), function(i) {
  row <- data[i, ]
  list(id = sprintf("u%03d", i), stratum = as.character(row$stratum),
       stages = lapply(stages, function(s) list(cluster = if (is.na(s[1])) "" else as.character(row[[s[1]]]),
                                                size = if (is.na(s[2])) 0 else row[[s[2]]])),
       weight = row$w, y = row$y, x = row$x, b = row$b, g = as.character(row$g), k = as.character(row$k))
})

answers <- function(design, fpc) {
  domains <- svyby(~y, ~g, design, svymean, covmat = TRUE)
  totals <- svyby(~y, ~g, design, svytotal)
  crossed <- svyby(~y, ~g + k, design, svymean, keep.names = FALSE)
  mean <- svymean(~y, design, deff = TRUE)
  list(mean = both(mean), deff = unname(deff(mean)), total = both(svytotal(~y, design)), proportion = both(svymean(~b, design)),
       ratio = both(svyratio(~y, ~x, design)), degrees_of_freedom = degf(design),
       domain_means = lapply(split(domains, domains$g), function(d) list(value = d$y, se = d$se)),
       domain_totals = lapply(split(totals, totals$g), function(d) list(value = d$y, se = d$se)),
       crossed_means = lapply(seq_len(nrow(crossed)), function(i)
         list(g = as.character(crossed$g[i]), k = as.character(crossed$k[i]), value = crossed$y[i], se = crossed$se[i])),
       difference_b_a = both(svycontrast(domains, c(-1, 1, 0))))
}
intervals <- function(design) {
  df <- degf(design)
  mean <- svymean(~y, design)
  list(t = as.vector(confint(mean, df = df)), normal = as.vector(confint(mean)),
       t_90 = as.vector(confint(mean, level = 0.9, df = df)),
       logit = as.vector(attr(svyciprop(~b, design, method = "xlogit"), "ci")),
       beta = as.vector(attr(svyciprop(~b, design, method = "beta"), "ci")))
}
jackknife <- function(design, type) {
  replicates <- suppressWarnings(as.svrepdesign(design, type = type, mse = TRUE))
  domains <- svyby(~y, ~g, replicates, svymean)
  list(mean = both(svymean(~y, replicates)), total = both(svytotal(~y, replicates)),
       ratio = both(svyratio(~y, ~x, replicates)),
       domain_means = lapply(split(domains, domains$g), function(d) list(value = d$y, se = d$se)))
}

observe <- function(data, seed) {
  set.seed(seed)
  n <- nrow(data)
  data$x <- round(runif(n, 20, 60), 1)
  data$y <- round(5 + 0.7 * data$x + rnorm(n, sd = 6), 2)
  data$b <- as.numeric(runif(n) < 0.65)
  data$g <- sample(c("a", "b", "c"), n, replace = TRUE)
  data$k <- sample(c("p", "q"), n, replace = TRUE)
  data
}

simple <- observe(data.frame(stratum = rep("", 24), N = 310, w = 310 / 24), 1)
strata <- data.frame(stratum = rep(c("s1", "s2", "s3", "s4"), c(9, 12, 7, 6)), N = rep(c(70, 155, 31, 12), c(9, 12, 7, 6)))
strata$w <- strata$N / rep(c(9, 12, 7, 6), c(9, 12, 7, 6))
strata <- observe(strata, 2)
clusters <- data.frame(stratum = rep(c("north", "south"), c(16, 21)),
                       c1 = c(rep(1:5, c(2, 4, 3, 5, 2)), rep(6:11, c(3, 5, 2, 4, 6, 1))),
                       N1 = rep(c(14, 40), c(16, 21)))
clusters$w <- clusters$N1 / rep(c(5, 6), c(16, 21))
clusters <- observe(clusters, 3)
stages <- data.frame(stratum = rep(c("east", "west"), c(13, 17)),
                     c1 = c(rep(1:4, c(3, 4, 2, 4)), rep(5:9, c(4, 3, 3, 2, 5))),
                     N1 = rep(c(9, 22), c(13, 17)))
stages$u <- seq_len(nrow(stages))
stages$N2 <- c(12, 9, 5, 4, 8, 15, 6, 7, 11)[stages$c1]
stages$w <- stages$N1 / rep(c(4, 5), c(13, 17)) * stages$N2 / as.vector(table(stages$c1)[as.character(stages$c1)])
stages <- observe(stages, 4)

made <- list(
  simple_without_fpc = list(data = simple, stages = list(c(NA, NA)), design = svydesign(~1, weights = ~w, data = simple), type = "JK1"),
  simple = list(data = simple, stages = list(c(NA, "N")), design = svydesign(~1, fpc = ~N, data = simple), type = "JK1"),
  stratified = list(data = strata, stages = list(c(NA, "N")), design = svydesign(~1, strata = ~stratum, weights = ~w, fpc = ~N, data = strata), type = "JKn"),
  stratified_without_fpc = list(data = strata, stages = list(c(NA, NA)), design = svydesign(~1, strata = ~stratum, weights = ~w, data = strata), type = "JKn"),
  clusters = list(data = clusters, stages = list(c("c1", "N1")), design = svydesign(~c1, strata = ~stratum, weights = ~w, fpc = ~N1, data = clusters), type = "JKn"),
  clusters_without_fpc = list(data = clusters, stages = list(c("c1", NA)), design = svydesign(~c1, strata = ~stratum, weights = ~w, data = clusters), type = "JKn"),
  two_stages = list(data = stages, stages = list(c("c1", "N1"), c("u", "N2")), design = svydesign(~c1 + u, strata = ~stratum, weights = ~w, fpc = ~N1 + N2, data = stages), type = "JKn"))

out <- lapply(made, function(case)
  list(rows = rows(case$data, case$stages), linearised = answers(case$design),
       intervals = intervals(case$design), jackknife = jackknife(case$design, case$type)))

# Of the means of domains b and a, as of ratios: svyby gives no covariances of calibrated designs.
difference <- function(design) {
  ratios <- svyratio(~I(y * (g == "a")) + I(y * (g == "b")), ~I(0 + (g == "a")) + I(0 + (g == "b")), design, covmat = TRUE)
  values <- as.vector(ratios$ratio)
  contrast <- c(-1, 0, 0, 1)
  list(value = sum(contrast * values), se = sqrt(drop(contrast %*% vcov(ratios) %*% contrast)))
}

# Margins a fifth of the way from what the weights add up to towards equal parts.
targets <- function(data) lapply(list(g = data$g, k = data$k), function(class) {
  sums <- tapply(data$w, class, sum)
  0.8 * c(sums) + 0.2 * sum(sums) / length(sums)
})

# Calibrations of the stratified and of the clustered sample, to totals some way off what the weights add up to.
calibrations <- function(design, data) {
  total <- sum(data$w)
  target <- targets(data)
  g <- target$g
  k <- target$k
  x <- sum(data$w * data$x) * 1.03
  cells <- outer(g, k) / total
  # The tolerance is far below ours, so that what differs is not where either stopped.
  totals <- c(`(Intercept)` = total, gb = unname(g["b"]), gc = unname(g["c"]), kq = unname(k["q"]))
  full <- function(calfun, bounds = c(-Inf, Inf)) calibrate(design, ~g + k, totals, calfun = calfun, bounds = bounds, epsilon = 1e-14, maxit = 200)
  within <- function(calfun) calibrate(design, ~g + k + x, c(totals, x = x), calfun = calfun, bounds = c(0.8, 1.25), epsilon = 1e-13, maxit = 200)
  designs <- list(
    post_stratified = postStratify(design, ~g + k, as.data.frame(as.table(matrix(cells, 3, dimnames = list(g = names(g), k = names(k)))))),
    raked = full("raking"),
    raked_within = within("raking"),
    logit = full("logit", c(0.4, 2.2)),
    linear = calibrate(design, ~k + x, c(`(Intercept)` = total, kq = unname(k["q"]), x = x)),
    linear_within = within("linear"))
  lapply(list(totals = list(g = g, k = k, x = x, cells = lapply(split(as.data.frame(as.table(cells)), 1:6), function(c)
           list(g = as.character(c$Var1), k = as.character(c$Var2), total = c$Freq)))), identity) -> told
  c(told, lapply(designs, function(d) {
    domains <- svyby(~y, ~g, d, svymean)
    list(weights = unname(weights(d)), mean = both(svymean(~y, d)), total = both(svytotal(~y, d)), ratio = both(svyratio(~y, ~x, d)),
         domain_means = lapply(split(domains, domains$g), function(e) list(value = e$y, se = e$se)),
         difference_b_a = difference(d))
  }))
}
replicated <- function(design, data, type) {
  total <- sum(data$w)
  target <- targets(data)
  g <- target$g
  k <- target$k
  d <- calibrate(suppressWarnings(as.svrepdesign(design, type = type, mse = TRUE)), ~g + k,
                 c(`(Intercept)` = total, gb = unname(g["b"]), gc = unname(g["c"]), kq = unname(k["q"])),
                 calfun = "raking", epsilon = 1e-13, maxit = 200)
  list(mean = both(svymean(~y, d)), total = both(svytotal(~y, d)))
}
for (name in c("stratified", "clusters_without_fpc")) {
  out[[name]]$calibrated <- calibrations(made[[name]]$design, made[[name]]$data)
  out[[name]]$calibrated_jackknife <- replicated(made[[name]]$design, made[[name]]$data, "JKn")
}

# A panel: the stratified sample asked again, by rows of two waves of the same units.
set.seed(7)
again <- strata
again$y <- round(strata$y + 2 + rnorm(nrow(strata), sd = 3), 2)
waves <- rbind(cbind(strata, wave = 1, unit = seq_len(nrow(strata))), cbind(again, wave = 2, unit = seq_len(nrow(strata))))
panel <- svydesign(~unit, strata = ~stratum, weights = ~w, fpc = ~N, data = waves)
change <- svyby(~y, ~wave, panel, svymean, covmat = TRUE)
out$panel <- list(rows = rows(strata, list(c(NA, "N"))), again = again$y,
                  change = both(svycontrast(change, c(-1, 1))))

trimmed <- trimWeights(made$two_stages$design, upper = 14)
out$trimmed <- list(weights = unname(weights(made$two_stages$design)), upper = 14, trimmed = unname(weights(trimmed)))
test <- chisq.test(c(31, 22, 17, 40), p = c(120, 90, 110, 180) / 500)
out$representativeness <- list(observed = c(31, 22, 17, 40), population = c(120, 90, 110, 180), statistic = unname(test$statistic), p = test$p.value)
cat(json(out), "\n")
