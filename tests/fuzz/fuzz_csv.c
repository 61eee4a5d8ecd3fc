/* Any bytes as a CSV file. */
#include "app/form/csv.h"
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct csv *csv = NULL;
    struct err e = csv_parse((const char *)data, size, &csv);
    if (err_is(&e))
        return 0;
    volatile size_t sum = 0;
    for (size_t row = 0; row < csv_rows(csv); row++)
        for (size_t column = 0; column < csv_columns(csv); column++)
            sum += strlen(csv_cell(csv, row, column));
    csv_destroy(&csv);
    return 0;
}
