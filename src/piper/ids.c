/* ids.c - phonemes to the ids of a graph, padded as Piper pads them: without the pad behind "^" the first phoneme is lost (k2-fsa/sherpa-onnx#3721). */
#include "piper/piper.h"

static int put(const struct sx_piper_config *config, int phoneme, int64_t *ids, int count)
{
    const struct sx_piper_phoneme *p = &config->phonemes[phoneme];
    for (int i = 0; ids && i < p->count; i++)
        ids[count + i] = p->ids[i];
    return count + p->count;
}

int sx_piper_ids(const struct sx_piper_config *config, const struct sx_token *tokens, int token_count, int64_t *ids, int *last)
{
    int count = put(config, config->begin, ids, 0);
    count = put(config, config->pad, ids, count);
    for (int i = 0; i < token_count; i++) {
        count = put(config, tokens[i].phone, ids, count);
        count = put(config, config->pad, ids, count);
        if (last)
            last[i] = count;
    }
    count = put(config, config->end, ids, count);
    if (last)
        last[token_count] = count;
    return count;
}
