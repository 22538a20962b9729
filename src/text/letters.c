/* letters.c - letter-to-sound: one run of the encoder over the word, then a beam search in which the step network writes one graphone (0 to 3 phones)
 * a letter. Exactly one primary stress is part of the search. tools/train/letters has the networks and the same search in Python. */
#include "text/letters.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "nn/nn.h"
#include "text/dict.h"
#include "text/letters_cache.h"

enum { BEAM = 8, HISTORY = 4, STATE = 3, WIDTH_MAX = 512, START = 1, FIRST_OUTPUT = 2, LETTER_BEGIN = 1, LETTER_END = 2, LETTER_A = 3, LETTER_APOSTROPHE = 29 };

static const struct graphone {
    unsigned char count, phones[3];     /* phone: id - 16, stress in the upper two bits */
} graphones[] = {
#include "text/letters.inc"
};

enum { OUTPUTS = sizeof graphones / sizeof graphones[0] };

struct sx_letters_model {
    pthread_mutex_t lock;               /* the networks are read when the first unknown word comes: most texts have none at once */
    struct sx_model *encoder, *step;
};

struct sx_letters {
    struct sx_letters_model *model;
    struct sx_session *encoder, *step;
    struct sx_letters_cache *cache;
};

struct path {
    double score;
    int64_t history[HISTORY];           /* newest first */
    int vowels;
    bool primary, secondary;
    uint8_t written[SX_LETTERS_MAX];
};

int sx_letters_model_new(struct sx_letters_model **out, struct sx_error *error)
{
    struct sx_letters_model *model = calloc(1, sizeof *model);
    if (!model)
        return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    if (pthread_mutex_init(&model->lock, NULL)) {
        free(model);
        return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    }
    *out = model;
    return 0;
}

void sx_letters_model_free(struct sx_letters_model *model)
{
    if (!model)
        return;
    sx_model_close(model->encoder);
    sx_model_close(model->step);
    pthread_mutex_destroy(&model->lock);
    free(model);
}

int sx_letters_new(struct sx_letters_model *model, struct sx_letters **out, struct sx_error *error)
{
    struct sx_letters *letters = calloc(1, sizeof *letters);
    if (!letters)
        return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    letters->model = model;
    *out = letters;
    return 0;
}

void sx_letters_free(struct sx_letters *letters)
{
    if (!letters)
        return;
    sx_session_free(letters->encoder);
    sx_session_free(letters->step);
    sx_letters_cache_free(letters->cache);
    free(letters);
}

/* Networks and sessions, on first use. */
static int prepare(struct sx_letters *letters, struct sx_error *error)
{
    if (letters->step)
        return 0;
    struct sx_letters_model *model = letters->model;
    int status = 0;
    pthread_mutex_lock(&model->lock);
    if (!model->encoder)
        status = sx_model_open_memory(sx_data_letters, (size_t)(sx_data_letters_end - sx_data_letters), "letters_en.onnx", &model->encoder, error);
    if (status >= 0 && !model->step)
        status = sx_model_open_memory(sx_data_letters_step, (size_t)(sx_data_letters_step_end - sx_data_letters_step), "letters_en_step.onnx", &model->step,
                                      error);
    pthread_mutex_unlock(&model->lock);
    if (status >= 0 && !letters->encoder)
        status = sx_session_new(model->encoder, NULL, &letters->encoder, error);
    if (status >= 0)
        status = sx_session_new(model->step, NULL, &letters->step, error);
    return status;
}

static int set(struct sx_session *session, int index, enum sx_dtype type, int64_t rows, int64_t columns, void *data, struct sx_error *error)
{
    struct sx_tensor t = {type, columns ? 3 : 2, {1, rows, columns}, data};
    return sx_session_set_input(session, index, &t, error);
}

static bool has_stress(const struct graphone *g, int stress)
{
    for (int i = 0; i < g->count; i++)
        if (g->phones[i] >> 6 == stress)
            return true;
    return false;
}

static int vowels_of(const struct graphone *g)
{
    int n = 0;
    for (int i = 0; i < g->count; i++)
        n += sx_phone_vowel(SX_PHONE_FIRST + (g->phones[i] & 0x3F));
    return n;
}

struct candidate {
    double score;
    int parent, output;
};

/* Keeps the best BEAM, best first; of equals the first stays first. */
static void keep(struct candidate best[BEAM], int *count, struct candidate c)
{
    int at = *count;
    while (at > 0 && best[at - 1].score < c.score)
        at--;
    if (at == BEAM)
        return;
    int last = *count < BEAM ? (*count)++ : BEAM - 1;
    memmove(best + at + 1, best + at, (size_t)(last - at) * sizeof *best);
    best[at] = c;
}

/* Log-probabilities of a row, in place. */
static void log_softmax(float *row)
{
    float top = row[0];
    double sum = 0;
    for (int i = 1; i < OUTPUTS; i++)
        top = row[i] > top ? row[i] : top;
    for (int i = 0; i < OUTPUTS; i++)
        sum += exp((double)(row[i] - top));
    float shift = top + (float)log(sum);
    for (int i = 0; i < OUTPUTS; i++)
        row[i] -= shift;
}

static int search(struct sx_letters *letters, const struct sx_tensor *hidden, int length, struct path paths[BEAM], int *count, struct sx_error *error)
{
    int width = (int)hidden->shape[2];
    float columns[BEAM * WIDTH_MAX], state[BEAM * STATE];
    int64_t history[HISTORY][BEAM];
    struct path next[BEAM];
    memset(paths, 0, BEAM * sizeof *paths);
    for (int k = 0; k < HISTORY; k++)
        paths[0].history[k] = START;
    *count = 1;
    for (int i = 0; i < length; i++) {
        int n = *count;
        for (int b = 0; b < n; b++) {
            memcpy(columns + b * width, (const float *)hidden->data + (size_t)(i + 1) * (size_t)width, (size_t)width * sizeof *columns);
            state[b * STATE] = paths[b].primary;
            state[b * STATE + 1] = paths[b].secondary;
            state[b * STATE + 2] = (float)(paths[b].vowels < 4 ? paths[b].vowels : 4) / 4;
            for (int k = 0; k < HISTORY; k++)
                history[k][b] = paths[b].history[k];
        }
        int status = set(letters->step, 0, SX_FLOAT, n, width, columns, error);
        if (status >= 0)
            status = set(letters->step, 1, SX_FLOAT, n, STATE, state, error);
        for (int k = 0; k < HISTORY && status >= 0; k++)
            status = set(letters->step, 2 + k, SX_INT64, n, 0, history[k], error);
        if (status >= 0)
            status = sx_session_run(letters->step, error);
        if (status < 0)
            return status;
        const struct sx_tensor *logits = sx_session_output(letters->step, 0);
        if (!logits || logits->rank != 3 || logits->shape[1] != n || logits->shape[2] != OUTPUTS)
            return sx_fail(error, SYRINX_ERROR_FORMAT, "letters_en_step.onnx: %d outputs wanted", OUTPUTS);
        struct candidate best[BEAM];
        int found = 0;
        for (int b = 0; b < n; b++) {
            float row[OUTPUTS];
            memcpy(row, (const float *)logits->data + (size_t)b * OUTPUTS, sizeof row);
            log_softmax(row);
            for (int o = 0; o < OUTPUTS; o++) {
                double score = paths[b].score + (double)row[o];
                if ((found == BEAM && score <= best[BEAM - 1].score) || (paths[b].primary && has_stress(&graphones[o], 1)))
                    continue;
                keep(best, &found, (struct candidate){score, b, o});
            }
        }
        for (int b = 0; b < found; b++) {
            struct path *p = &next[b];
            const struct graphone *g = &graphones[best[b].output];
            *p = paths[best[b].parent];
            p->score = best[b].score;
            memmove(p->history + 1, p->history, (HISTORY - 1) * sizeof *p->history);
            p->history[0] = best[b].output + FIRST_OUTPUT;
            p->vowels += vowels_of(g);
            p->primary |= has_stress(g, 1);
            p->secondary |= has_stress(g, 2);
            p->written[i] = (uint8_t)best[b].output;
        }
        memcpy(paths, next, (size_t)found * sizeof *paths);
        *count = found;
    }
    return 0;
}

static int phones_of(const struct path *path, int length, struct sx_phone *out, int room)
{
    int n = 0;
    for (int i = 0; i < length; i++) {
        const struct graphone *g = &graphones[path->written[i]];
        for (int k = 0; k < g->count && n < room; k++)
            out[n++] = (struct sx_phone){(uint8_t)(SX_PHONE_FIRST + (g->phones[k] & 0x3F)), g->phones[k] >> 6};
    }
    return n;
}

_Static_assert(OUTPUTS <= 256, "an output is one byte of a path");

static int ask(struct sx_letters *letters, const char *word, size_t length, struct sx_phone *out, int room, struct sx_error *error)
{
    int64_t ids[SX_LETTERS_MAX + 2];
    int n = 0;
    ids[n++] = LETTER_BEGIN;
    for (size_t i = 0; i < length && n <= SX_LETTERS_MAX; i++)
        if (word[i] >= 'a' && word[i] <= 'z')
            ids[n++] = LETTER_A + word[i] - 'a';
        else if (word[i] == '\'')
            ids[n++] = LETTER_APOSTROPHE;
    ids[n++] = LETTER_END;
    int count = n - 2;
    if (!count)
        return 0;
    int status = prepare(letters, error);
    if (status >= 0)
        status = set(letters->encoder, 0, SX_INT64, n, 0, ids, error);
    if (status >= 0)
        status = sx_session_run(letters->encoder, error);
    if (status < 0)
        return status;
    const struct sx_tensor *hidden = sx_session_output(letters->encoder, 0);
    if (!hidden || hidden->rank != 3 || hidden->shape[1] != n || hidden->shape[2] > WIDTH_MAX)
        return sx_fail(error, SYRINX_ERROR_FORMAT, "letters_en.onnx: unexpected shape");
    struct path paths[BEAM];
    int found;
    status = search(letters, hidden, count, paths, &found, error);
    if (status < 0)
        return status;
    /* Several ways to write the same phones add up; a word with vowels has a primary stress if any path has. */
    struct sx_phone spelled[BEAM][SX_WORD_PHONES];
    int lengths[BEAM], best = 0;
    double score[BEAM];
    for (int b = 0; b < found; b++) {
        lengths[b] = phones_of(&paths[b], count, spelled[b], SX_WORD_PHONES);
        score[b] = paths[b].score - (paths[b].vowels && !paths[b].primary ? 1e6 : 0);
        for (int a = 0; a < b; a++)
            if (lengths[a] == lengths[b] && !memcmp(spelled[a], spelled[b], (size_t)lengths[a] * sizeof **spelled)) {
                double top = score[a] > score[b] ? score[a] : score[b], low = score[a] > score[b] ? score[b] : score[a];
                score[a] = top + log1p(exp(low - top));
                score[b] = -INFINITY;
                break;
            }
    }
    for (int b = 1; b < found; b++)
        if (score[b] > score[best])
            best = b;
    int written = lengths[best] < room ? lengths[best] : room;
    memcpy(out, spelled[best], (size_t)written * sizeof *out);
    /* no path had it: the first vowel takes it */
    bool stressed = false;
    for (int i = 0; i < written; i++)
        stressed |= out[i].stress == 1;
    for (int i = 0; i < written && !stressed; i++)
        if (sx_phone_vowel(out[i].id)) {
            out[i].stress = 1;
            if (out[i].id == SX_PHONE_SCHWA || out[i].id == SX_PHONE_SCHWA_R)
                out[i].id--;
            stressed = true;
        }
    return written;
}

int sx_letters_say(struct sx_letters *letters, const char *word, size_t length, struct sx_phone *out, int room, struct sx_error *error)
{
    int n = sx_letters_cache_find(letters->cache, word, length, out, room);
    if (n >= 0)
        return n;
    n = ask(letters, word, length, out, room, error);
    if (n >= 0 && n < room)             /* whole, whatever the room */
        sx_letters_cache_put(&letters->cache, word, length, out, n);
    return n;
}
