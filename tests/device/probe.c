/* device-probe: yizhanctl's device commands alone, the smallest program that has real drivers in it. */
#include "app/ctl/devices.h"
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv)
{
    static const struct {
        const char *verb;
        int (*run)(int argc, char **argv);
    } commands[] = {
        {"list", command_devices_list}, {"read", command_devices_read}, {"print", command_devices_print}};
    for (size_t i = 0; argc > 1 && i < sizeof commands / sizeof commands[0]; i++)
        if (strcmp(argv[1], commands[i].verb) == 0)
            return commands[i].run(argc - 2, argv + 2);
    fputs("device-probe list | read | print\n", stderr);
    return 64;
}
