# What the scripts beside this one write with.

# JSON, with numbers that read back to the same bits.
json <- function(x) {
  if (is.null(x)) return("null")
  if (is.list(x)) {
    items <- vapply(x, json, "")
    if (is.null(names(x))) return(paste0("[", paste(items, collapse = ",\n "), "]"))
    return(paste0("{", paste0("\"", names(x), "\":", items, collapse = ",\n "), "}"))
  }
  if (length(x) > 1) {
    items <- vapply(unname(as.list(x)), json, "")
    if (is.null(names(x))) return(paste0("[", paste(items, collapse = ","), "]"))
    return(paste0("{", paste0("\"", names(x), "\":", items, collapse = ","), "}"))
  }
  if (is.character(x)) return(paste0("\"", x, "\""))
  if (is.na(x)) return("null")
  sprintf("%.17g", x)
}
both <- function(stat) list(value = unname(coef(stat)[1]), se = unname(SE(stat)[1]))
