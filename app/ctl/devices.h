/* yizhanctl devices list | read | print; rows of the table in main.c. */
#ifndef YIZHAN_CTL_DEVICES_H
#define YIZHAN_CTL_DEVICES_H

int command_devices_list(int argc, char **argv);
int command_devices_read(int argc, char **argv);
int command_devices_print(int argc, char **argv);

#endif
