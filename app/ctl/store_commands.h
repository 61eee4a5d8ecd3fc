/* Rows of the table in main.c that look at the stores. */
#ifndef YIZHAN_CTL_STORE_COMMANDS_H
#define YIZHAN_CTL_STORE_COMMANDS_H

int command_status(int argc, char **argv);
int command_queue_list(int argc, char **argv);
int command_queue_show(int argc, char **argv);
int command_queue_release(int argc, char **argv);
int command_forms_list(int argc, char **argv);

#endif
