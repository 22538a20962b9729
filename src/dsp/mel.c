/* mel.c - the bank of triangles on the HTK mel scale that log-mel frames are weighted by (docs/VOICE_FORMAT.md). */
#include <math.h>

#include "dsp/analysis.h"
#include "dsp/format.h"

static double to_mel(double hertz)
{
    return 2595.0 * log10(1.0 + hertz / 700.0);
}

/* Corner i of the triangles; band m rises from corner m to m + 1 and falls to m + 2. */
static double corner(int i)
{
    double low = to_mel(SX_MEL_LOW), high = to_mel(SX_MEL_HIGH);
    return 700.0 * (pow(10.0, (low + i * (high - low) / (SX_MELS + 1)) / 2595.0) - 1.0);
}

void sx_mel_weights(float *weights)
{
    for (int m = 0; m < SX_MELS; m++) {
        double left = corner(m), top = corner(m + 1), right = corner(m + 2), row[SX_BINS], sum = 0.0;
        for (int bin = 0; bin < SX_BINS; bin++) {
            double f = bin * (double)SX_RATE / SX_FFT;
            row[bin] = fmax(0.0, fmin((f - left) / (top - left), (right - f) / (right - top)));
            sum += row[bin];
        }
        for (int bin = 0; bin < SX_BINS; bin++) weights[m * SX_BINS + bin] = (float)(row[bin] / sum);
    }
}
