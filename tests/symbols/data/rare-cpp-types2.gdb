task
  {kind = Task::Fast, level = Task::Level::High, self = 0x20000000 <task>, static count = 3}
task.kind
  Task::Fast
task.level
  Task::Level::High
task.self
  (Task *) 0x20000000 <task>
*task.self
  {kind = Task::Fast, level = Task::Level::High, self = 0x20000000 <task>, static count = 3}
(*task.self).kind
  Task::Fast
(*task.self).level
  Task::Level::High
(*task.self).self
  (Task *) 0x20000000 <task>
(*task.self).count
  3
task.count
  3
*task.self
  {kind = Task::Fast, level = Task::Level::High, self = 0x20000000 <task>, static count = 3}
(*task.self).kind
  Task::Fast
(*task.self).level
  Task::Level::High
(*task.self).self
  (Task *) 0x20000000 <task>
*(*task.self).self
  {kind = Task::Fast, level = Task::Level::High, self = 0x20000000 <task>, static count = 3}
(*(*task.self).self).kind
  Task::Fast
(*(*task.self).self).level
  Task::Level::High
(*(*task.self).self).self
  (Task *) 0x20000000 <task>
(*(*task.self).self).count
  3
(*task.self).count
  3
Task::count
  3
count_pointer
  (int *) 0x20000028 <Task::count>
function
  (int (*)(int)) 0x8000077 <Task::twice(int)>
method
  (int (Task::*)(Task * const, int)) 0x800007b <Task::add(int)>
&task
  (Task *) 0x20000000 <task>
*&task
  {kind = Task::Fast, level = Task::Level::High, self = 0x20000000 <task>, static count = 3}
(*&task).kind
  Task::Fast
(*&task).level
  Task::Level::High
(*&task).self
  (Task *) 0x20000000 <task>
(*&task).count
  3
both
  {<Left> = {<Shared> = <invalid address>, _vptr.Left = 0x0, left = 0}, <Right> = {_vptr.Right = 0x0, right = 0}, both = 0}
both.both
  0
&both
  (Both *) 0x20000038 <both>
*&both
  {<Left> = {<Shared> = <invalid address>, _vptr.Left = 0x0, left = 0}, <Right> = {_vptr.Right = 0x0, right = 0}, both = 0}
(*&both).both
  0
pair
  {first = {<Left> = {<Shared> = <invalid address>, _vptr.Left = 0x0, left = 0}, <Right> = {_vptr.Right = 0x0, right = 0}, both = 0}, second = {<Left> = {<Shared> = <invalid address>, _vptr.Left = 0x0, left = 0}, <Right> = {_vptr.Right = 0x0, right = 0}, both = 0}}
pair.first
  {<Left> = {<Shared> = <invalid address>, _vptr.Left = 0x0, left = 0}, <Right> = {_vptr.Right = 0x0, right = 0}, both = 0}
pair.first.both
  0
pair.second
  {<Left> = {<Shared> = <invalid address>, _vptr.Left = 0x0, left = 0}, <Right> = {_vptr.Right = 0x0, right = 0}, both = 0}
pair.second.both
  0
nameless
  {state = On, side = Side::Far}
nameless.state
  On
nameless.side
  Side::Far
constant_holder
  (Holder<char const* const> *) 0x0
&volatile_holder
  (Holder<void const volatile*> *) 0x20000080 <volatile_holder>
(*&volatile_holder).value
  (const volatile void *) 0x0
Task::add(int)
  {int (Task * const, int)} 0x800007a <Task::add(int)>
Task::twice(int)
  {int (int)} 0x8000076 <Task::twice(int)>
&Task::twice(int)
  (int (*)(int)) 0x8000076 <Task::twice(int)>
number
  {value = 1}
number.value
  1
