/* nnrun.c - runs ONNX test cases: folders with model.onnx and test_data_set_N/{input,output}_M.pb. One line a case, a count at the end.
 *
 * With --flow the model also runs incrementally with random cuts, which must give the expected output and the bits of the whole run. */
#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "base/file.h"
#include "base/random.h"
#include "nn/graph.h"
#include "nn/kernels/kernels.h"

enum { MAX_PORTS = 64 };

struct options {
    double rtol, atol, snr;         /* snr: decibels, 0: judge by the tolerances */
    bool flow, json;
    int time, threads, bench;
    struct sx_model_options model;
};

struct tensor_file {
    struct sx_map map;
    struct sx_arena arena;
    struct sx_tensor tensor;
    void *copy;
};

enum verdict { PASS, FAIL, UNSUPPORTED };

static double clock_of(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static double seconds(void)
{
    return clock_of(CLOCK_THREAD_CPUTIME_ID);
}

static int open_tensor(const char *path, struct tensor_file *file, struct sx_error *error)
{
    *file = (struct tensor_file){.copy = NULL};
    if (sx_map_open(path, &file->map, error) != SYRINX_OK)
        return error->code;
    if (sx_onnx_tensor((struct sx_bytes){file->map.data, file->map.size}, &file->arena, &file->tensor, error) != SYRINX_OK)
        return sx_context(error, "%s", path);
    size_t bytes = (size_t)sx_tensor_count(&file->tensor) * sx_dtype_size(file->tensor.type);
    file->copy = malloc(bytes + 1);             /* the file's bytes may be unaligned */
    if (!file->copy)
        return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    if (bytes)
        memcpy(file->copy, file->tensor.data, bytes);
    file->tensor.data = file->copy;
    return SYRINX_OK;
}

static void close_tensor(struct tensor_file *file)
{
    free(file->copy);
    sx_arena_free(&file->arena);
    sx_map_close(&file->map);
}

/* Writes what differs into `why`; *relative is the norm of the difference over the norm of the expected. */
static bool compare(const struct sx_tensor *got, const struct sx_tensor *expected, const char *name, const struct options *options, double *relative,
                    char *why, size_t room)
{
    if (!got || got->type != expected->type || !sx_tensor_same_shape(got, expected)) {
        int n = snprintf(why, room, "expected %s [", sx_dtype_name(expected->type));
        for (int i = 0; i < expected->rank && n < (int)room; i++)
            n += snprintf(why + n, room - (size_t)n, "%s%lld", i ? "," : "", (long long)expected->shape[i]);
        if (n < (int)room)
            n += snprintf(why + n, room - (size_t)n, "], got %s [", got ? sx_dtype_name(got->type) : "nothing");
        for (int i = 0; got && i < got->rank && n < (int)room; i++)
            n += snprintf(why + n, room - (size_t)n, "%s%lld", i ? "," : "", (long long)got->shape[i]);
        if (n < (int)room)
            snprintf(why + n, room - (size_t)n, "]");
        return false;
    }
    double worst = 0, difference = 0, norm = 0;
    int64_t count = sx_tensor_count(got), wrong = 0;
    bool whole = true;              /* durations, indices: nothing but whole numbers, which must be equal */
    for (int64_t i = 0; i < count; i++) {
        double a = sx_tensor_real(got, i), b = sx_tensor_real(expected, i), d = fabs(a - b);
        if (a == b || (isnan(a) && isnan(b)))
            d = 0;
        wrong += d != 0 && !(d <= options->atol + options->rtol * fabs(b));
        if (!(d <= worst))
            worst = d;
        whole = whole && b == rint(b);
        difference += d * d;
        norm += isfinite(b) ? b * b : 0;
    }
    *relative = norm > 0 ? sqrt(difference / norm) : sqrt(difference);
    if (options->snr > 0) {
        double snr = -20 * log10(*relative);
        printf("  %s: %lld elements, %s %.1f dB, largest difference %.3g\n", name, (long long)count, whole ? "whole numbers," : "SNR", snr, worst);
        if (snr >= options->snr && !(whole && worst != 0))
            return true;
        snprintf(why, room, "output '%s': %s %.1f dB", name, whole ? "whole numbers differ," : "SNR", snr);
        return false;
    }
    if (wrong)
        snprintf(why, room, "%lld of %lld differ, at most by %.3g (relative %.3g)", (long long)wrong, (long long)count, worst, *relative);
    return wrong == 0;
}

/* Cuts at random places, several times over; the bits must be those of `whole`. */
static bool check_flow(const struct sx_model *model, struct sx_pool *pool, const struct sx_tensor *input, const struct sx_tensor *whole,
                       const struct options *options, char *why, size_t room, struct sx_error *error)
{
    struct sx_flow *flow = NULL;
    if (sx_flow_new(model, pool, 16, &flow, error) != SYRINX_OK)
        return false;
    int in = sx_flow_input_width(flow), out = sx_flow_output_width(flow), total = (int)input->shape[1];
    size_t columns = (size_t)whole->shape[1], rows = (size_t)total + (size_t)sx_flow_look_ahead(flow) + 1;
    float *result = malloc((rows > columns ? rows : columns) * (size_t)out * sizeof *result);
    bool good = result != NULL;
    uint64_t draw = 0;
    for (int round = 0; good && round < 20; round++) {
        int at = 0, got = 0;
        do {
            int n = 1 + (int)(sx_random_bits(7, draw++) % (round < 4 ? 2 : 16));
            bool last = n >= total - at;
            if (last)
                n = total - at;
            if (!last && sx_random_bits(9, draw) % 8 == 0)
                n = 0;
            got += sx_flow_push(flow, (const float *)input->data + (size_t)at * (size_t)in, n, last, result + (size_t)got * (size_t)out);
            at += n;
            if (last)
                break;
        } while (true);
        if (got != (int)columns || memcmp(result, whole->data, columns * (size_t)out * sizeof *result) != 0) {
            snprintf(why, room, "incremental run %d: %d columns of %zu%s", round, got, columns, got == (int)columns ? ", bits differ" : "");
            good = false;
        }
    }
    for (int n = 2; good && options->time && n <= 16; n *= n == 2 ? 2 : 4) {        /* 2, 4, 16 columns a push */
        double start = seconds();
        int pushes = 0;
        for (; pushes < options->time; pushes++)
            sx_flow_push(flow, input->data, n < total ? n : total, false, result);
        printf("  flow: %d columns a push: %.1f us\n", n, (seconds() - start) / pushes * 1e6);
        sx_flow_reset(flow);
    }
    free(result);
    sx_flow_free(flow);
    return good;
}

/* One data set. */
static enum verdict run_set(const struct sx_model *model, struct sx_pool *pool, const char *folder, const struct options *options, double *relative,
                            char *why, size_t room)
{
    struct sx_error error = {0};
    struct tensor_file *inputs = calloc(MAX_PORTS, sizeof *inputs), expected = {.copy = NULL};
    struct sx_session *session = NULL;
    enum verdict verdict = FAIL;
    char path[4300];
    int given = 0;
    if (!inputs || sx_session_new(model, pool, &session, &error) != SYRINX_OK)
        goto done;
    for (; given < sx_model_input_count(model) && given < MAX_PORTS; given++) {
        snprintf(path, sizeof path, "%s/input_%d.pb", folder, given);
        if (open_tensor(path, &inputs[given], &error) != SYRINX_OK || sx_session_set_input(session, given, &inputs[given].tensor, &error) != SYRINX_OK)
            goto done;
    }
    if (sx_session_run(session, &error) != SYRINX_OK)
        goto done;
    double start = seconds();
    for (int i = 0; i < options->time; i++)
        if (sx_session_run(session, &error) != SYRINX_OK)
            goto done;
    if (options->time)
        printf("  whole: %.1f us\n", (seconds() - start) / options->time * 1e6);
    for (int i = 0; i < sx_model_output_count(model); i++) {
        double this = 0;
        snprintf(path, sizeof path, "%s/output_%d.pb", folder, i);
        if (open_tensor(path, &expected, &error) != SYRINX_OK)
            goto done;
        bool same = compare(sx_session_output(session, i), &expected.tensor, sx_model_output_name(model, i), options, &this, why, room);
        close_tensor(&expected);
        expected = (struct tensor_file){.copy = NULL};
        if (this > *relative)
            *relative = this;
        if (!same)
            goto done;
    }
    if (options->flow && !check_flow(model, pool, &inputs[0].tensor, sx_session_output(session, 0), options, why, room, &error))
        goto done;
    verdict = PASS;
done:
    if (error.code != SYRINX_OK) {
        snprintf(why, room, "%s", error.message);
        if (error.code == SYRINX_ERROR_UNSUPPORTED)
            verdict = UNSUPPORTED;
    }
    for (int i = 0; inputs && i < MAX_PORTS; i++)
        close_tensor(&inputs[i]);
    free(inputs);
    close_tensor(&expected);
    sx_session_free(session);
    return verdict;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *values, int count)
{
    qsort(values, (size_t)count, sizeof *values, ascending);
    return values[count / 2];
}

/* Times loading, the first run and `bench` more on the inputs of the folder's first data set; no outputs needed. CPU times are of all threads, so they
 * mean something on a busy machine; `caller` is the part of this thread, with two threads about half. */
static enum verdict bench_case(const char *folder, struct sx_pool *pool, const struct options *options)
{
    struct sx_error error = {0};
    struct sx_model *model = NULL;
    struct sx_session *session = NULL;
    struct tensor_file *inputs = calloc(MAX_PORTS, sizeof *inputs);
    double *wall = calloc((size_t)options->bench, sizeof *wall), *cpu = calloc((size_t)options->bench, sizeof *cpu);
    double *caller = calloc((size_t)options->bench, sizeof *caller);
    char path[4300];
    enum verdict verdict = FAIL;
    struct rusage usage;
    if (!inputs || !wall || !cpu || !caller)
        goto done;
    double w = clock_of(CLOCK_MONOTONIC), c = clock_of(CLOCK_PROCESS_CPUTIME_ID);
    snprintf(path, sizeof path, "%s/model.onnx", folder);
    if (sx_model_open_as(path, &options->model, &model, &error) != SYRINX_OK || sx_session_new(model, pool, &session, &error) != SYRINX_OK)
        goto done;
    double load_wall = clock_of(CLOCK_MONOTONIC) - w, load_cpu = clock_of(CLOCK_PROCESS_CPUTIME_ID) - c;
    for (int i = 0; i < sx_model_input_count(model) && i < MAX_PORTS; i++) {
        snprintf(path, sizeof path, "%s/test_data_set_0/input_%d.pb", folder, i);
        if (open_tensor(path, &inputs[i], &error) != SYRINX_OK || sx_session_set_input(session, i, &inputs[i].tensor, &error) != SYRINX_OK)
            goto done;
    }
    double first_wall = 0, first_cpu = 0;
    for (int i = -1; i < options->bench; i++) {
        double t = seconds();
        w = clock_of(CLOCK_MONOTONIC);
        c = clock_of(CLOCK_PROCESS_CPUTIME_ID);
        if (sx_session_run(session, &error) != SYRINX_OK)
            goto done;
        *(i < 0 ? &first_cpu : &cpu[i]) = clock_of(CLOCK_PROCESS_CPUTIME_ID) - c;
        *(i < 0 ? &first_wall : &wall[i]) = clock_of(CLOCK_MONOTONIC) - w;
        if (i >= 0)
            caller[i] = seconds() - t;
    }
    getrusage(RUSAGE_SELF, &usage);
    int others = sx_pool_threads(pool) - 1;
    double all = median(cpu, options->bench), mine = median(caller, options->bench), rest = others > 0 ? (all - mine) / others : 0;
    if (options->json) {
        printf("{\"load\": %.3f, \"load_cpu\": %.3f, \"first_cpu\": %.3f, \"wall\": %.3f, \"cpu\": %.3f, \"busiest\": %.3f, \"peak\": %.2f}\n",
               load_wall * 1e3, load_cpu * 1e3, first_cpu * 1e3, median(wall, options->bench) * 1e3, all * 1e3, (rest > mine ? rest : mine) * 1e3,
               (double)usage.ru_maxrss / 1024);
        verdict = PASS;
        goto done;
    }
    printf("%s: level %s, %s, threads %d; load %.1f ms (CPU %.1f); first run %.1f ms (CPU %.1f); median of %d: %.2f ms, CPU %.2f, caller %.2f; peak %.1f MB\n",
           folder, sx_nn_level(), sx_precision_name(sx_nn_precision(options->model.precision)), sx_pool_threads(pool), load_wall * 1e3, load_cpu * 1e3, first_wall * 1e3, first_cpu * 1e3, options->bench,
           median(wall, options->bench) * 1e3, all * 1e3, mine * 1e3, (double)usage.ru_maxrss / 1024);
    verdict = PASS;
done:
    if (error.code != SYRINX_OK)
        printf("FAIL %s: %s\n", folder, error.message);
    for (int i = 0; inputs && i < MAX_PORTS; i++)
        close_tensor(&inputs[i]);
    free(inputs);
    free(wall);
    free(cpu);
    free(caller);
    sx_session_free(session);
    sx_model_close(model);
    return verdict;
}

static enum verdict run_case(const char *folder, struct sx_pool *pool, const struct options *options)
{
    static const char *const words[] = {"PASS", "FAIL", "UNSUPPORTED"};
    struct sx_error error = {0};
    struct sx_model *model = NULL;
    char path[4096], why[600] = "";
    double relative = 0;
    int sets = 0;
    enum verdict verdict = PASS;
    if (options->bench)
        return bench_case(folder, pool, options);
    snprintf(path, sizeof path, "%s/model.onnx", folder);
    double start = seconds();
    if (sx_model_open_as(path, &options->model, &model, &error) != SYRINX_OK) {
        verdict = error.code == SYRINX_ERROR_UNSUPPORTED ? UNSUPPORTED : FAIL;
        snprintf(why, sizeof why, "%s", error.message);
    }
    if (options->time && model)
        printf("%s\n  open: %.2f ms, kernels %s\n", folder, (seconds() - start) * 1e3, sx_nn_level());
    for (; verdict == PASS; sets++) {
        snprintf(path, sizeof path, "%s/test_data_set_%d/input_0.pb", folder, sets);
        FILE *probe = fopen(path, "rb");
        if (!probe) {
            snprintf(path, sizeof path, "%s/test_data_set_%d/output_0.pb", folder, sets);
            probe = fopen(path, "rb");
        }
        if (!probe)
            break;
        fclose(probe);
        snprintf(path, sizeof path, "%s/test_data_set_%d", folder, sets);
        verdict = run_set(model, pool, path, options, &relative, why, sizeof why);
    }
    if (verdict == PASS && sets == 0) {
        verdict = FAIL;
        snprintf(why, sizeof why, "no test data");
    }
    if (verdict == PASS)
        printf("PASS %s: relative error %.2g\n", folder, relative);
    else
        printf("%s %s: %s\n", words[verdict], folder, why);
    sx_model_close(model);
    return verdict;
}

static int usage(FILE *to)
{
    fputs("usage: nnrun [--rtol X] [--atol X] [--snr DB] [--flow] [--threads N] [--precision P] [--time N | --bench N [--json]] DIR...\n"
          "Runs ONNX test cases (DIR/model.onnx, DIR/test_data_set_0/input_0.pb, output_0.pb ...) and compares.\n"
          "  --rtol, --atol  an element may differ by atol + rtol * |expected| (1e-3, 1e-5)\n"
          "  --snr DB        judge by the signal-to-noise ratio of each output instead, and print it; outputs of whole numbers must be equal\n"
          "  --flow          also run along time with random cuts: the bits of the whole run\n"
          "  --threads       workers (1)\n"
          "  --precision P   float32, bfloat16, float16 or int8 for what durations do not depend on; float32 where the processor lacks it\n"
          "  --time N        run N times and print the time of one run on this thread\n"
          "  --bench N       only times: loading, the first run, the median of N more, peak memory; output files need not be there\n"
          "  --json          the same as one line of JSON, for scripts\n"
          "$SYRINX_CPU (c, avx2, avx512; c, neon) lowers the kernels' level. Exit status 1 when a case fails.\n", to);
    return to == stdout ? 0 : 2;
}

int main(int argc, char **argv)
{
    static const struct option long_options[] = {
        {"rtol", required_argument, NULL, 'r'}, {"atol", required_argument, NULL, 'a'}, {"snr", required_argument, NULL, 's'}, {"flow", no_argument, NULL, 'f'},
        {"threads", required_argument, NULL, 't'}, {"time", required_argument, NULL, 'n'}, {"bench", required_argument, NULL, 'b'},
        {"json", no_argument, NULL, 'j'}, {"precision", required_argument, NULL, 'p'}, {"help", no_argument, NULL, 'h'}, {NULL, 0, NULL, 0},
    };
    struct options options = {.rtol = 1e-3, .atol = 1e-5, .threads = 1};
    int counts[3] = {0}, c;
    while ((c = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
        switch (c) {
        case 'r': options.rtol = atof(optarg); break;
        case 'a': options.atol = atof(optarg); break;
        case 's': options.snr = atof(optarg); break;
        case 'f': options.flow = true; break;
        case 't': options.threads = atoi(optarg); break;
        case 'n': options.time = atoi(optarg); break;
        case 'j': options.json = true; break;
        case 'b': options.bench = atoi(optarg) < 1 ? 1 : atoi(optarg); break;
        case 'p':
            if (sx_precision_find(optarg) < 0)
                return usage(stderr);
            options.model.precision = (enum sx_precision)sx_precision_find(optarg);
            break;
        case 'h': return usage(stdout);
        default: return usage(stderr);
        }
    }
    if (optind == argc)
        return usage(stderr);
    struct sx_pool *pool = sx_pool_new(options.threads < 1 ? 1 : options.threads);
    options.model.pool = pool;
    for (int i = optind; i < argc; i++)
        counts[run_case(argv[i], pool, &options)]++;
    if (!options.bench)
        printf("%d passed, %d failed, %d unsupported\n", counts[PASS], counts[FAIL], counts[UNSUPPORTED]);
    sx_pool_free(pool);
    return counts[FAIL] > 0;
}
