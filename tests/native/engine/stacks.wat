(module
  (import "host" "memory" (memory 1 65536 shared))
  (import "host" "away" (func $away (param i32) (result i32)))
  (import "host" "inside" (func $inside (param i32) (result i32)))
  (type $one (func (param i32) (result i32)))
  (tag $problem)
  (func (export "outer") (type $one) (call $inside (local.get 0)))
  (func $leave (type $one) (i32.add (call $away (local.get 0)) (i32.const 1)))
  (func (export "leaves") (type $one) (i32.mul (call $leave (call $leave (local.get 0))) (i32.const 10)))
  (func (export "fails") (type $one)
    (drop (call $leave (local.get 0)))
    (unreachable))
  ;; An exception is under way while the function is away.
  (func (export "keeps") (type $one) (local $exception exnref)
    (block $caught
      (try_table (catch $problem $caught)
        (local.set $exception
          (block $all (result exnref)
            (try_table (catch_all_ref $all) (throw $problem))
            (unreachable)))
        (drop (call $leave (local.get 0)))
        (throw_ref (local.get $exception)))
      (unreachable))
    (i32.add (local.get 0) (i32.const 7)))
  (func (export "throws") (type $one)
    (loop $on
      (block $caught
        (try_table (catch $problem $caught) (throw $problem))
        (unreachable))
      (local.set 0 (i32.sub (local.get 0) (i32.const 1)))
      (br_if $on (local.get 0)))
    (i32.const 1))
)
