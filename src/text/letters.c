/* letters.c - letter-to-sound by several networks. Two of them run their encoder over the word, then a beam search in which a step network writes one
 * graphone (0 to 3 phones) a letter, one from the first letter on, the other from the last. Exactly one primary stress is part of the search. Each judges
 * what the other found; where they leave a doubt the other networks judge too. The mean of the log-probabilities decides. tools/train/letters has the
 * networks and the same search in Python. */
#include "text/letters.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "nn/kernels/kernels.h"
#include "nn/nn.h"
#include "text/dict.h"

enum { NETWORKS = 4, SEARCHERS = 2 };
enum { BEAM = 8, HISTORY = 4, STATE = 3, WIDTH_MAX = 512, START = 1, FIRST_OUTPUT = 2, LETTER_BEGIN = 1, LETTER_END = 2, LETTER_A = 3, LETTER_APOSTROPHE = 29 };

static const struct graphone {
    unsigned char count, phones[3];     /* phone: id - 16, stress in the upper two bits */
} graphones[] = {
#include "text/letters.inc"
};

enum { OUTPUTS = sizeof graphones / sizeof graphones[0] };

/* The searchers come first. */
static const struct network {
    bool backward;                      /* writes from the last letter to the first */
    const char *name;
    const unsigned char *encoder, *encoder_end, *step, *step_end;
} networks[NETWORKS] = {
    {false, "letters_en_1.onnx", sx_data_letters_1, sx_data_letters_1_end, sx_data_letters_1_step, sx_data_letters_1_step_end},
    {true, "letters_en_2.onnx", sx_data_letters_2, sx_data_letters_2_end, sx_data_letters_2_step, sx_data_letters_2_step_end},
    {false, "letters_en_3.onnx", sx_data_letters_3, sx_data_letters_3_end, sx_data_letters_3_step, sx_data_letters_3_step_end},
    {true, "letters_en_4.onnx", sx_data_letters_4, sx_data_letters_4_end, sx_data_letters_4_step, sx_data_letters_4_step_end}};

struct sx_letters_model {
    pthread_mutex_t lock;               /* a network is read when the first word comes that needs it: most texts have none at once */
    struct sx_model *encoder[NETWORKS], *step[NETWORKS];
};

struct sx_letters {
    struct sx_letters_model *model;
    struct sx_session *encoder[NETWORKS], *step[NETWORKS];
};

struct path {
    double score;
    int64_t history[HISTORY];           /* newest first */
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
        sx_model_close(model->step[k]);
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
    for (int k = 0; k < NETWORKS; k++) {
        sx_session_free(letters->encoder[k]);
        sx_session_free(letters->step[k]);
    }
    free(letters);
}

/* The sessions of network `k`, on first use. */
static int prepare(struct sx_letters *letters, int k, struct sx_error *error)
{
    struct sx_letters_model *model = letters->model;
    const struct network *network = &networks[k];
    int status = 0;
    if (letters->step[k])
        return 0;
    pthread_mutex_lock(&model->lock);
    if (!model->encoder[k])
        status = sx_model_open_memory(network->encoder, (size_t)(network->encoder_end - network->encoder), network->name, &model->encoder[k], error);
    if (status >= 0 && !model->step[k])
        status = sx_model_open_memory(network->step, (size_t)(network->step_end - network->step), network->name, &model->step[k], error);
    pthread_mutex_unlock(&model->lock);
    if (status >= 0 && !letters->encoder[k])
        status = sx_session_new(model->encoder[k], NULL, &letters->encoder[k], error);
    if (status >= 0)
        status = sx_session_new(model->step[k], NULL, &letters->step[k], error);
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

#define HOPELESS 8.0            /* a path this much less likely than the best one is given up */
#define SURE 4.0                /* two networks that prefer one pronunciation so much are believed */
#define DOUBTFUL 5.0            /* a way this much less likely than the best one is not judged again */

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

/* One run of a step network over `rows`; its logits [rows][OUTPUTS], NULL on failure. */
static const float *run_step(struct sx_session *step, int rows, int width, float *columns, float *state, int64_t *const history[HISTORY], struct sx_error *error)
{
    int status = set(step, 0, SX_FLOAT, rows, width, columns, error);
    if (status >= 0)
        status = set(step, 1, SX_FLOAT, rows, STATE, state, error);
    for (int k = 0; k < HISTORY && status >= 0; k++)
        status = set(step, 2 + k, SX_INT64, rows, 0, history[k], error);
    if (status < 0 || sx_session_run(step, error) < 0)
        return NULL;
    const struct sx_tensor *logits = sx_session_output(step, 0);
    if (!logits || logits->rank != 3 || logits->shape[1] != rows || logits->shape[2] != OUTPUTS) {
        sx_fail(error, SYRINX_ERROR_FORMAT, "letters_en_step.onnx: %d outputs wanted", OUTPUTS);
        return NULL;
    }
    return logits->data;
}

static void put_state(float state[STATE], const struct path *path)
{
    state[0] = path->primary;
    state[1] = path->secondary;
    state[2] = (float)(path->vowels < 4 ? path->vowels : 4) / 4;
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

/* hidden: [1][length + 2][width], the word's edges included. */
static int search(struct sx_letters *letters, int network, const struct sx_tensor *hidden, int length, struct path paths[BEAM], int *count, struct sx_error *error)
{
    int width = (int)hidden->shape[2];
    float columns[BEAM * WIDTH_MAX], state[BEAM * STATE];
    int64_t past[HISTORY][BEAM], *const history[HISTORY] = {past[0], past[1], past[2], past[3]};
    struct path next[BEAM];
    start(&paths[0]);
    *count = 1;
    for (int i = 0; i < length; i++) {
        int n = *count, at = networks[network].backward ? length - 1 - i : i;
        for (int b = 0; b < n; b++) {
            memcpy(columns + b * width, (const float *)hidden->data + (size_t)(at + 1) * (size_t)width, (size_t)width * sizeof *columns);
            put_state(state + b * STATE, &paths[b]);
            for (int k = 0; k < HISTORY; k++)
                past[k][b] = paths[b].history[k];
        }
        const float *logits = run_step(letters->step[network], n, width, columns, state, history, error);
        if (!logits)
            return error->code;
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
        *count = found;
    }
    return 0;
}

/* The log-probability that a network gives to a way to write the word. */
static int judge(struct sx_letters *letters, int network, const struct sx_tensor *hidden, int length, const uint8_t *written, double *score, struct sx_error *error)
{
    int width = (int)hidden->shape[2];
    float state[SX_LETTERS_MAX * STATE];
    int64_t past[HISTORY][SX_LETTERS_MAX], *const history[HISTORY] = {past[0], past[1], past[2], past[3]};
    struct path path;
    start(&path);
    for (int i = 0; i < length; i++) {
        int at = networks[network].backward ? length - 1 - i : i;
        put_state(state + at * STATE, &path);
        for (int k = 0; k < HISTORY; k++)
            past[k][at] = path.history[k];
        advance(&path, written[at], at);
    }
    const float *logits = run_step(letters->step[network], length, width, (float *)hidden->data + width, state, history, error);
    if (!logits)
        return error->code;
    *score = 0;
    for (int at = 0; at < length; at++)
        *score += (double)logits[at * OUTPUTS + written[at]] - log_sum(logits + at * OUTPUTS);
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

/* A way to write the word, as all networks asked so far see it. */
struct way {
    const struct path *path;
    double sum;                         /* of their log-probabilities */
    struct sx_phone phones[SX_WORD_PHONES];
    int count;
    bool same;                          /* the phones of an earlier way: they add up there */
};

/* Columns of the word by one network. */
static int encode(struct sx_letters *letters, int network, int64_t *ids, int n, const struct sx_tensor **hidden, struct sx_error *error)
{
    int status = prepare(letters, network, error);
    if (status >= 0)
        status = set(letters->encoder[network], 0, SX_INT64, n, 0, ids, error);
    if (status >= 0)
        status = sx_session_run(letters->encoder[network], error);
    if (status < 0)
        return status;
    *hidden = sx_session_output(letters->encoder[network], 0);
    if (!*hidden || (*hidden)->rank != 3 || (*hidden)->shape[1] != n || (*hidden)->shape[2] > WIDTH_MAX)
        return sx_fail(error, SYRINX_ERROR_FORMAT, "%s: unexpected shape", networks[network].name);
    return 0;
}

/* The best way when `asked` networks have judged, and how much likelier its phones are than all others together, as a logarithm. */
static int choose(struct way *ways, int count, int asked, double *lead)
{
    double score[SEARCHERS * BEAM], others = -INFINITY;
    int best = 0;
    for (int b = 0; b < count; b++) {
        score[b] = ways[b].sum / asked - (ways[b].path->vowels && !ways[b].path->primary ? 1e6 : 0);
        ways[b].same = false;
        for (int a = 0; a < b && !ways[b].same; a++)
            if (!ways[a].same && ways[a].count == ways[b].count && !memcmp(ways[a].phones, ways[b].phones, (size_t)ways[a].count * sizeof *ways[a].phones)) {
                score[a] = fmax(score[a], score[b]) + log1p(exp(-fabs(score[a] - score[b])));
                ways[b].same = true;
            }
    }
    for (int b = 1; b < count; b++)
        if (!ways[b].same && score[b] > score[best])
            best = b;
    for (int b = 0; b < count; b++)
        if (b != best && !ways[b].same)
            others = fmax(others, score[b]) + (others > -INFINITY ? log1p(exp(-fabs(others - score[b]))) : 0);
    *lead = score[best] - others;
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
    int letters_count = n - 2, found[SEARCHERS], status = 0;
    if (!letters_count)
        return 0;
    const struct sx_tensor *hidden[NETWORKS];
    struct path paths[SEARCHERS][BEAM];
    for (int k = 0; k < SEARCHERS && status >= 0; k++) {
        status = encode(letters, k, ids, n, &hidden[k], error);
        if (status >= 0)
            status = search(letters, k, hidden[k], letters_count, paths[k], &found[k], error);
    }
    /* What both have found has both scores. */
    struct way ways[SEARCHERS * BEAM];
    int count = 0;
    for (int k = 0; k < SEARCHERS && status >= 0; k++)
        for (int b = 0; b < found[k] && status >= 0; b++) {
            int other = 1 - k, twin = 0;
            double judged = 0;
            while (twin < found[other] && memcmp(paths[other][twin].written, paths[k][b].written, (size_t)letters_count))
                twin++;
            if (twin < found[other] && k > 0)
                continue;
            if (twin < found[other])
                judged = paths[other][twin].score;
            else
                status = judge(letters, other, hidden[other], letters_count, paths[k][b].written, &judged, error);
            struct way *way = &ways[count++];
            way->path = &paths[k][b];
            way->sum = paths[k][b].score + judged;
            way->count = phones_of(way->path, letters_count, way->phones, SX_WORD_PHONES);
        }
    if (status < 0)
        return status;
    double lead;
    int best = choose(ways, count, SEARCHERS, &lead);
    if (lead < SURE) {
        double least = ways[best].sum - SEARCHERS * DOUBTFUL;
        int kept = 0;
        for (int b = 0; b < count; b++)
            if (ways[b].sum >= least)
                ways[kept++] = ways[b];
        count = kept;
        for (int k = SEARCHERS; k < NETWORKS; k++) {
            status = encode(letters, k, ids, n, &hidden[k], error);
            for (int b = 0; b < count && status >= 0; b++) {
                double judged = 0;
                status = judge(letters, k, hidden[k], letters_count, ways[b].path->written, &judged, error);
                ways[b].sum += judged;
            }
            if (status < 0)
                return status;
        }
        best = choose(ways, count, NETWORKS, &lead);
    }
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
