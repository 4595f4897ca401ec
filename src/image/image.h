// SPDX-License-Identifier: MIT
/* Files that hold memory. What they can do is public: see the group "Files" of ocd.h. */
#pragma once

#include "ocd.h"
