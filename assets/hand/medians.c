#include "assets/hand/medians.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_MAX = 1 << 18, BASELINE = 900 /* the data's y runs upwards, from about -124 to 900 */ };

/* [[[x,y],[x,y]],[[x,y]...]]: depth 2 begins a stroke, depth 3 holds a point. */
static void read_strokes(const char *p, struct medians *out)
{
    size_t used = 0;
    int depth = 0;
    for (; *p; p++) {
        if (*p == '[' && ++depth == 2 && out->stroke_count < MEDIANS_STROKES_MAX)
            out->counts[out->stroke_count++] = 0;
        if (*p == '[' && depth == 3 && used < MEDIANS_POINTS_MAX) {
            char *end;
            float x = strtof(p + 1, &end), y = strtof(end + 1, &end);
            out->points[used++] = (struct hand_point){x, BASELINE - y};
            out->counts[out->stroke_count - 1]++;
        }
        if (*p == ']' && --depth == 0)
            break;
    }
}

bool medians_read(const char *path, struct medians *out_medians)
{
    static char json[FILE_MAX];
    FILE *file = fopen(path, "r");
    if (!file)
        return false;
    json[fread(json, 1, sizeof json - 1, file)] = 0;
    fclose(file);
    memset(out_medians, 0, sizeof *out_medians);
    const char *medians = strstr(json, "\"medians\":");
    if (medians)
        read_strokes(medians + strlen("\"medians\":"), out_medians);
    return out_medians->stroke_count > 0;
}
