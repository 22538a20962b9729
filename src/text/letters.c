/* letters.c - letter-to-sound by two networks and two n-grams. Each network runs its encoder over the word, then a beam search in which its step writes one
 * graphone (0 to 3 phones) a letter, one from the first letter on, the other from the last. Exactly one primary stress is part of the search. Each
 * judges what the other found, and so do an n-gram of letters with their phones and one of stressed vowels; the sum of the log-probabilities decides.
 * tools/train/letters has the networks and the same search in Python. */
#include "text/letters.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "nn/kernels/kernels.h"
#include "nn/nn.h"
#include "text/data.h"
#include "text/letters_ngram.h"
#include "text/letters_step.h"

enum { NETWORKS = 2 };
enum { BEAM = 8, HISTORY = SX_STEP_HISTORY, START = 1, FIRST_OUTPUT = 2, LETTER_BEGIN = 1, LETTER_END = 2, LETTER_A = 3, LETTER_APOSTROPHE = 29 };

static const struct graphone {
    unsigned char count, phones[3];     /* phone: id - 16, stress in the upper two bits */
} graphones[] = {
#include "text/letters.inc"
};

enum { OUTPUTS = sizeof graphones / sizeof graphones[0] };

static const struct network {
    bool backward;                      /* writes from the last letter to the first */
    const char *name;
    enum sx_data_section encoder, step;
} networks[NETWORKS] = {{false, "letters_en_1.onnx", SX_DATA_letters_1, SX_DATA_letters_1_step}, {true, "letters_en_2.onnx", SX_DATA_letters_2, SX_DATA_letters_2_step}};

struct sx_letters_model {
    pthread_mutex_t lock;               /* a network is read when the first word comes that needs it: most texts have none at once */
    struct sx_model *encoder[NETWORKS];
    struct sx_letters_step *step[NETWORKS];
    struct sx_letters_ngram ngram, stress;
    bool ngrams;                        /* those two are open */
};

struct sx_letters {
    struct sx_letters_model *model;
    struct sx_session *encoder[NETWORKS];
    const struct sx_letters_step *step[NETWORKS];
    struct sx_ngram_memo ngram, stress;
    float mixed[SX_STEP_ROWS * SX_STEP_HIDDEN], logits[SX_STEP_ROWS * SX_STEP_OUTPUTS];
};

_Static_assert((int)SX_STEP_ROWS >= (int)SX_LETTERS_MAX && (int)SX_STEP_ROWS >= (int)BEAM, "rows of one run");

struct path {
    double score;
    int history[HISTORY];               /* newest first */
    int vowels;
    bool primary, secondary;
    uint8_t written[SX_LETTERS_MAX];    /* in the order of the letters, whatever the direction */
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
    for (int k = 0; k < NETWORKS; k++) {
        sx_model_close(model->encoder[k]);
        sx_letters_step_free(model->step[k]);
    }
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
    for (int k = 0; k < NETWORKS; k++)
        sx_session_free(letters->encoder[k]);
    free(letters);
}

/* A part of the text data, checked. */
static int part(enum sx_data_section which, const unsigned char **bytes, size_t *size, struct sx_error *error)
{
    int status = sx_data_need(which, error);
    const struct sx_section section = sx_data(which);
    *bytes = section.data;
    *size = (size_t)(section.end - section.data);
    return status;
}

static int open_ngram(enum sx_data_section which, struct sx_letters_ngram *ngram, struct sx_error *error)
{
    const unsigned char *bytes;
    size_t size;
    int status = part(which, &bytes, &size, error);
    return status < 0 ? status : sx_letters_ngram_open(bytes, size, ngram, error);
}

/* Network `k` and the n-grams, with the model's lock held. */
static int read_model(struct sx_letters_model *model, int k, struct sx_error *error)
{
    const struct network *network = &networks[k];
    const unsigned char *bytes;
    size_t size;
    int status = 0;
    if (!model->ngrams) {
        if ((status = open_ngram(SX_DATA_letters_ngram, &model->ngram, error)) >= 0)
            status = open_ngram(SX_DATA_letters_stress, &model->stress, error);
        model->ngrams = status >= 0;
    }
    if (status >= 0 && !model->encoder[k] && (status = part(network->encoder, &bytes, &size, error)) >= 0)
        status = sx_model_open_memory(bytes, size, network->name, &model->encoder[k], error);
    if (status >= 0 && !model->step[k] && (status = part(network->step, &bytes, &size, error)) >= 0)
        status = sx_letters_step_open(bytes, size, &model->step[k], error);
    return status;
}

/* The sessions of network `k`, on first use. */
static int prepare(struct sx_letters *letters, int k, struct sx_error *error)
{
    struct sx_letters_model *model = letters->model;
    const struct network *network = &networks[k];
    if (letters->step[k])
        return 0;
    pthread_mutex_lock(&model->lock);
    int status = read_model(model, k, error);
    pthread_mutex_unlock(&model->lock);
    if (status >= 0 && sx_letters_step_outputs(model->step[k]) != OUTPUTS)
        status = sx_fail(error, SYRINX_ERROR_FORMAT, "%s: %d outputs wanted", network->name, OUTPUTS);
    if (status >= 0 && !letters->encoder[k])
        status = sx_session_new(model->encoder[k], NULL, &letters->encoder[k], error);
    if (status >= 0)
        letters->step[k] = model->step[k];
    return status;
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

#define HOPELESS 8.0            /* a path this much less likely than the best one is given up */
#define DOUBTFUL 6.0            /* nor does the other network judge a whole way that much less likely */
#define NGRAM 0.4               /* weights beside the mean of the networks */
#define STRESS 0.2

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

/* What is to be taken off a row's logits to make them log-probabilities. */
static double log_sum(const float *row)
{
    float shifted[OUTPUTS], top = row[0];
    double sum = 0;
    for (int i = 1; i < OUTPUTS; i++)
        top = row[i] > top ? row[i] : top;
    for (int i = 0; i < OUTPUTS; i++)
        shifted[i] = row[i] - top;
    sx_kernels()->unary[SX_UNARY_EXP](shifted, 0, shifted, OUTPUTS);
    for (int i = 0; i < OUTPUTS; i++)
        sum += (double)shifted[i];
    return (double)top + log(sum);
}

static struct sx_step_row row_of(const struct path *path, const float *column)
{
    struct sx_step_row row = {.column = column, .state = {path->primary, path->secondary, (float)(path->vowels < 4 ? path->vowels : 4) / 4}};
    memcpy(row.history, path->history, sizeof row.history);
    return row;
}

static void start(struct path *path)
{
    memset(path, 0, sizeof *path);
    for (int k = 0; k < HISTORY; k++)
        path->history[k] = START;
}

/* Writes a graphone behind a path; its score stays. */
static void advance(struct path *path, int output, int at)
{
    const struct graphone *g = &graphones[output];
    memmove(path->history + 1, path->history, (HISTORY - 1) * sizeof *path->history);
    path->history[0] = output + FIRST_OUTPUT;
    path->vowels += vowels_of(g);
    path->primary |= has_stress(g, 1);
    path->secondary |= has_stress(g, 2);
    path->written[at] = (uint8_t)output;
}

/* columns: [length][hidden] of the word's letters. The number of paths found. */
static int search(struct sx_letters *letters, int network, const float *columns, int length, struct path paths[BEAM])
{
    const struct sx_letters_step *step = letters->step[network];
    struct path next[BEAM];
    int n = 1;
    start(&paths[0]);
    for (int i = 0; i < length; i++) {
        int at = networks[network].backward ? length - 1 - i : i;
        struct sx_step_row rows[BEAM];
        for (int b = 0; b < n; b++)
            rows[b] = row_of(&paths[b], columns + (ptrdiff_t)at * sx_letters_step_hidden(step));
        sx_letters_step_run(step, rows, n, letters->mixed, letters->logits);
        const float *logits = letters->logits;
        struct candidate best[BEAM];
        int found = 0;
        for (int b = 0; b < n; b++) {
            const float *row = logits + b * OUTPUTS;
            double base = paths[b].score - log_sum(row);
            for (int o = 0; o < OUTPUTS; o++) {
                double score = base + (double)row[o];
                if ((found == BEAM && score <= best[BEAM - 1].score) || (found && score < best[0].score - HOPELESS) ||
                    (paths[b].primary && has_stress(&graphones[o], 1)))
                    continue;
                keep(best, &found, (struct candidate){score, b, o});
            }
        }
        while (found > 1 && best[found - 1].score < best[0].score - HOPELESS)
            found--;
        for (int b = 0; b < found; b++) {
            next[b] = paths[best[b].parent];
            next[b].score = best[b].score;
            advance(&next[b], best[b].output, at);
        }
        memcpy(paths, next, (size_t)found * sizeof *paths);
        n = found;
    }
    return n;
}

/* The log-probability that a network gives to a way to write the word. */
static double judge(struct sx_letters *letters, int network, const float *columns, int length, const uint8_t *written)
{
    const struct sx_letters_step *step = letters->step[network];
    struct sx_step_row rows[SX_LETTERS_MAX] = {0};
    struct path path;
    double score = 0;
    start(&path);
    for (int i = 0; i < length; i++) {
        int at = networks[network].backward ? length - 1 - i : i;
        rows[at] = row_of(&path, columns + (ptrdiff_t)at * sx_letters_step_hidden(step));
        advance(&path, written[at], at);
    }
    sx_letters_step_run(step, rows, length, letters->mixed, letters->logits);
    for (int at = 0; at < length; at++)
        score += (double)letters->logits[at * OUTPUTS + written[at]] - log_sum(letters->logits + at * OUTPUTS);
    return score;
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

/* A way to write the word. */
struct way {
    const struct path *path;
    double score;
    struct sx_phone phones[SX_WORD_PHONES];
    int count;
};

/* Columns [n - 2][hidden] of the word's letters by one network; ids: [n], its edges included. */
static int encode(struct sx_letters *letters, int network, int64_t *ids, int n, const float **columns, struct sx_error *error)
{
    int status = prepare(letters, network, error);
    struct sx_tensor input = {SX_INT64, 2, {1, n}, ids};
    if (status >= 0)
        status = sx_session_set_input(letters->encoder[network], 0, &input, error);
    if (status >= 0)
        status = sx_session_run(letters->encoder[network], error);
    if (status < 0)
        return status;
    const struct sx_tensor *output = sx_session_output(letters->encoder[network], 0);
    int hidden = sx_letters_step_hidden(letters->step[network]);
    if (!output || output->rank != 3 || output->shape[1] != n || output->shape[2] != hidden)
        return sx_fail(error, SYRINX_ERROR_FORMAT, "%s: unexpected shape", networks[network].name);
    *columns = (const float *)output->data + hidden;
    return 0;
}

/* What the n-grams think of a way; ids: the word's letters. */
static double judge_ngrams(struct sx_letters *letters, const int64_t *ids, int length, const struct way *way)
{
    uint16_t codes[SX_WORD_PHONES + 2];
    int n = 0, tail = 0;
    for (int i = 0; i < length; i++)
        codes[n++] = (uint16_t)((ids[i] - LETTER_A) << 8 | way->path->written[i]);
    double score = NGRAM * sx_letters_ngram_score(&letters->model->ngram, &letters->ngram, codes, n);
    /* the last two letters (27: none), the consonants behind the last vowel, the vowels from the last to the first */
    int before = length > 1 ? (int)ids[length - 2] - LETTER_A : 27;
    n = 0;
    codes[n++] = (uint16_t)(SX_NGRAM_ENDING + before * 32 + (int)ids[length - 1] - LETTER_A);
    while (tail < way->count && !sx_phone_vowel(way->phones[way->count - 1 - tail].id))
        tail++;
    codes[n++] = (uint16_t)(256 + (tail < 2 ? tail : 2));
    for (int i = way->count - 1; i >= 0; i--)
        if (sx_phone_vowel(way->phones[i].id))
            codes[n++] = (uint16_t)((way->phones[i].id - SX_PHONE_FIRST) | way->phones[i].stress << 6);
    return score + STRESS * sx_letters_ngram_score(&letters->model->stress, &letters->stress, codes, n);
}

/* The best way; those that spell the same phones add up. */
static int choose(struct way *ways, int count)
{
    int best = 0;
    for (int b = 1; b < count; b++)
        for (int a = 0; a < b; a++)
            if (ways[a].count == ways[b].count && !memcmp(ways[a].phones, ways[b].phones, (size_t)ways[a].count * sizeof *ways[a].phones)) {
                ways[a].score = fmax(ways[a].score, ways[b].score) + log1p(exp(-fabs(ways[a].score - ways[b].score)));
                ways[b].score = -1e9;
                ways[b].count = -1;
                break;
            }
    for (int b = 1; b < count; b++)
        if (ways[b].score > ways[best].score)
            best = b;
    return best;
}

int sx_letters_say(struct sx_letters *letters, const char *word, size_t length, struct sx_phone *out, int room, struct sx_error *error)
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
    int letters_count = n - 2, found[NETWORKS];
    if (!letters_count)
        return 0;
    const float *columns[NETWORKS];
    struct path paths[NETWORKS][BEAM];
    for (int k = 0; k < NETWORKS; k++) {
        int status = encode(letters, k, ids, n, &columns[k], error);
        if (status < 0)
            return status;
        found[k] = search(letters, k, columns[k], letters_count, paths[k]);
        while (found[k] > 1 && paths[k][found[k] - 1].score < paths[k][0].score - DOUBTFUL)
            found[k]--;
    }
    struct way ways[NETWORKS * BEAM];
    int count = 0;
    for (int k = 0; k < NETWORKS; k++)
        for (int b = 0; b < found[k]; b++) {
            int other = 1 - k, twin = 0;        /* what both have found has both scores */
            while (twin < found[other] && memcmp(paths[other][twin].written, paths[k][b].written, (size_t)letters_count))
                twin++;
            if (twin < found[other] && k > 0)
                continue;
            struct way *way = &ways[count++];
            way->path = &paths[k][b];
            way->count = phones_of(way->path, letters_count, way->phones, SX_WORD_PHONES);
            way->score = way->path->score;
            way->score += twin < found[other] ? paths[other][twin].score : judge(letters, other, columns[other], letters_count, way->path->written);
            way->score = way->score / NETWORKS + judge_ngrams(letters, ids + 1, letters_count, way);
            if (way->path->vowels && !way->path->primary)
                way->score -= 1e6;
        }
    int best = choose(ways, count);
    int written = ways[best].count < room ? ways[best].count : room;
    memcpy(out, ways[best].phones, (size_t)written * sizeof *out);
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
