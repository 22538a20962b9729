/* number.h - decimal numbers that do not depend on the process's locale, which strtod does. */
#ifndef SX_BASE_NUMBER_H
#define SX_BASE_NUMBER_H

/* Reads [+-]digits[.digits][e[+-]digits] at `text`; *end is behind it, or == text when there is no number. What is too large is infinite, what is
 * too small 0; never NaN. */
double sx_parse_decimal(const char *text, const char **end);

#endif
