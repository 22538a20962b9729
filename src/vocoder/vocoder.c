/* vocoder.c - joins the network (sx_flow) and the renderer in one stream.
 *
 * The network looks ahead, and the renderer needs the next frame's pitch, so frames wait in a small queue until the filters of theirs are there. */
#include "vocoder/vocoder.h"

#include <stdlib.h>
#include <string.h>

#include "vocoder/renderer.h"

enum { MAX_LOOK_AHEAD = 64 };       /* format 1 promises 3; more than this is a damaged voice, and would be memory and delay */

struct sx_vocoder {
    struct sx_flow *flow;
    struct sx_renderer *renderer;
    int look_ahead, room;           /* frames */
    int width;                      /* numbers a frame that the network gives: SX_FILTERS or, with even noise, SX_FILTERS_PLAIN */
    int frames, filters;            /* waiting; the first of both belong together */
    float *frame;                   /* [room][SX_VOCODER_IN] */
    float *filter;                  /* [room][width] */
};

int sx_vocoder_new(const struct sx_model *model, struct sx_pool *pool, uint64_t seed, struct sx_vocoder **vocoder, struct sx_error *error)
{
    *vocoder = NULL;
    struct sx_vocoder *new = calloc(1, sizeof *new);
    if (!new) return sx_fail(error, SYRINX_ERROR_MEMORY, "no memory for the vocoder");
    int result = sx_flow_new(model, pool, SX_VOCODER_BLOCK, &new->flow, error);
    if (result < 0) goto failed;
    int in = sx_flow_input_width(new->flow), out = sx_flow_output_width(new->flow);
    new->look_ahead = sx_flow_look_ahead(new->flow);
    new->width = out;
    if (in != SX_VOCODER_IN || (out != SX_FILTERS && out != SX_FILTERS_PLAIN)) {
        result = sx_fail(error, SYRINX_ERROR_FORMAT, "vocoder network: %d inputs and %d outputs a frame instead of %d and %d",
                         in, out, SX_VOCODER_IN, SX_FILTERS);
        goto failed;
    }
    if (new->look_ahead < 0 || new->look_ahead > MAX_LOOK_AHEAD) {
        result = sx_fail(error, SYRINX_ERROR_FORMAT, "vocoder network: looks %d frames ahead; at most %d are possible",
                         new->look_ahead, MAX_LOOK_AHEAD);
        goto failed;
    }
    /* A frame waits for its filters and for the next frame. */
    new->room = SX_VOCODER_BLOCK + new->look_ahead + 1;
    new->frame = malloc(sizeof(float) * SX_VOCODER_IN * (size_t)new->room);
    new->filter = malloc(sizeof(float) * SX_FILTERS * (size_t)new->room);
    new->renderer = sx_renderer_new(seed, sx_nn_level());
    if (!new->frame || !new->filter || !new->renderer) {
        result = sx_fail(error, SYRINX_ERROR_MEMORY, "no memory for the vocoder");
        goto failed;
    }
    *vocoder = new;
    return SYRINX_OK;
failed:
    sx_vocoder_free(new);
    return result;
}

void sx_vocoder_free(struct sx_vocoder *vocoder)
{
    if (!vocoder) return;
    sx_flow_free(vocoder->flow);
    sx_renderer_free(vocoder->renderer);
    free(vocoder->frame);
    free(vocoder->filter);
    free(vocoder);
}

void sx_vocoder_reset(struct sx_vocoder *vocoder, uint64_t seed)
{
    sx_flow_reset(vocoder->flow);
    sx_renderer_reset(vocoder->renderer, seed);
    vocoder->frames = 0;
    vocoder->filters = 0;
}

int sx_vocoder_delay(const struct sx_vocoder *vocoder)
{
    return (vocoder->look_ahead > 1 ? vocoder->look_ahead : 1) + SX_RENDER_DELAY;
}

int sx_vocoder_push(struct sx_vocoder *vocoder, const float *frames, const float *unheard, int count, bool last, float *samples)
{
    if (count < 0) count = 0;
    if (count > SX_VOCODER_BLOCK) count = SX_VOCODER_BLOCK;
    if (count > 0) memcpy(vocoder->frame + vocoder->frames * SX_VOCODER_IN, frames, sizeof *frames * SX_VOCODER_IN * (size_t)count);
    vocoder->frames += count;
    float seen[SX_VOCODER_BLOCK * SX_VOCODER_IN];
    if (unheard) {
        memcpy(seen, frames, sizeof *frames * SX_VOCODER_IN * (size_t)count);
        for (int i = 0; i < count; i++) seen[i * SX_VOCODER_IN + SX_MELS] -= unheard[i];
        frames = seen;
    }
    vocoder->filters += sx_flow_push(vocoder->flow, frames, count, last, vocoder->filter + vocoder->filters * vocoder->width);

    int made = 0, done = 0;
    for (; done < vocoder->filters && (last || done + 1 < vocoder->frames); done++) {
        const float *frame = vocoder->frame + done * SX_VOCODER_IN;
        const float *next = done + 1 < vocoder->frames ? frame + SX_VOCODER_IN : frame;
        float filters[SX_FILTERS] = {0};        /* neither shape nor pulse: a gain of 1 */
        memcpy(filters, vocoder->filter + done * vocoder->width, sizeof *filters * (size_t)vocoder->width);
        made += sx_renderer_push(vocoder->renderer, frame, filters, next[SX_MELS], samples + made);
    }
    vocoder->frames -= done;
    vocoder->filters -= done;
    memmove(vocoder->frame, vocoder->frame + done * SX_VOCODER_IN, sizeof(float) * SX_VOCODER_IN * (size_t)vocoder->frames);
    memmove(vocoder->filter, vocoder->filter + done * vocoder->width, sizeof(float) * (size_t)(vocoder->width * vocoder->filters));
    if (last) made += sx_renderer_end(vocoder->renderer, samples + made);
    return made;
}
