/* ssml_value.h - what the values of SSML's attributes mean: times, rates, pitches, volumes, contours. */
#ifndef SX_TEXT_SSML_VALUE_H
#define SX_TEXT_SSML_VALUE_H

#include "text/style.h"

/* CLAMPED: too much or too little, brought to the nearest that can be said. */
enum sx_value { SX_VALUE_BAD, SX_VALUE_GOOD, SX_VALUE_CLAMPED };

/* "1.5s", "300ms"; at most `most` seconds. */
enum sx_value sx_value_time(const char *text, float most, float *seconds);
/* Each changes what holds outside into what holds inside: labels and "default" replace it, "80%" and "+20%" multiply, "+6dB" and "+2st" add. A
 * bad value changes nothing. `hertz` is the speaker's mean pitch. */
enum sx_value sx_value_rate(const char *text, float *rate);
enum sx_value sx_value_pitch(const char *text, float hertz, float *pitch);
enum sx_value sx_value_range(const char *text, float hertz, float *range);
enum sx_value sx_value_volume(const char *text, float *volume);
/* "(0%,+20Hz) (50%,+2st)" into style->contour, over style->pitch. */
enum sx_value sx_value_contour(const char *text, float hertz, struct sx_style *style);

#endif
