#include "wali/native/process/settings.h"

const wali_config *settings;
