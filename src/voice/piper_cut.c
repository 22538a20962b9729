/* piper_cut.c - finds the durations inside of a VITS graph: the output of the one Ceil, which every export of VITS has. */
#include "voice/piper_cut.h"

#include <string.h>

#include "nn/op.h"

int sx_piper_cut(struct sx_graph *graph, void *user, struct sx_error *error)
{
    bool *has_durations = user;
    int durations = -1, ceils = 0;
    if (graph->output_count < 1)
        return sx_fail(error, SYRINX_ERROR_FORMAT, "the graph has no output");
    int code = sx_graph_sort(graph, error);     /* what no output needs is gone */
    if (code < 0)
        return code;
    for (int n = 0; n < graph->node_count; n++)
        if (strcmp(graph->nodes[n]->op->name, "Ceil") == 0 && ++ceils == 1)
            durations = graph->nodes[n]->outputs[0];
    *has_durations = ceils == 1 && durations >= 0;
    int count = *has_durations ? 2 : 1;
    int *outputs = sx_arena_array(&graph->arena, (size_t)count, sizeof *outputs);
    const char **names = sx_arena_array(&graph->arena, (size_t)count, sizeof *names);
    if (!outputs || !names)
        return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    if (*has_durations)
        outputs[0] = durations;
    outputs[count - 1] = graph->outputs[0];
    for (int i = 0; i < count; i++)
        names[i] = graph->values[outputs[i]].name;
    graph->outputs = outputs;
    graph->output_names = names;
    graph->output_count = count;
    return SYRINX_OK;
}
