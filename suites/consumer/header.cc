#include <rehearse/rehearse.h>
