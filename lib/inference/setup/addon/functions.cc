// What this library adds to the addon of @tensorflow/tfjs-node-gpu, compiled together with the package's own source: graphs
// of loaded SavedModels become functions of the eager context, which run like any operation (`executeOp`), so that inputs and
// results stay on the device; the package's own `runSavedModel` takes both through the host's memory.
//
//   binding.addGraphFunction(savedModel: number, name: string, inputs: string, outputs: string)
//     inputs, outputs: names of nodes, separated by commas, in the order in which the function takes and gives them.
//     The SavedModel may be deleted afterwards.
//   binding.removeGraphFunction(name: string)
//   binding.lendTensors(ids: number[], use: (buffers: ArrayBuffer[]) => T): T
//     Calls `use` at once with the memory of tensors, by their numbers, in buffers that are empty once it has returned: whoever
//     only reads them, as another engine reads its inputs, needs no copy (`tensorDataSync` makes one).
//   binding.trimMemory(): gives freed memory back to the system; nothing happens with C libraries that do so themselves
//   binding.setTensorFloat32(allowed: boolean): whether NVIDIA's tensor cores may round factors of float32 products
//
// The package's tfjs_binding.cc is included rather than changed: only its registration is replaced by one that exports more.
// Its tfjs_backend.h, copied, needs one word changed (`private:`), so that the context and the SavedModels can be reached.
#include <node_api.h>
#ifdef __linux__
#include <features.h>
#endif
#ifdef __GLIBC__
#include <malloc.h>
#endif
#undef NAPI_MODULE
#define NAPI_MODULE(name, init)
#include "tfjs_binding.cc"

namespace tsl {
void enable_tensor_float_32_execution(bool enabled);  // tsl/platform/tensor_float_32_utils.h, in libtensorflow_framework
}

namespace tfnodejs {
namespace {

struct FunctionDeleter {
  void operator()(TF_Function *function) const { TF_DeleteFunction(function); }
};

// `node` or `node:0` names separated by commas, found in a graph. False, with an exception, where one is not there.
bool FindOutputs(napi_env env, TF_Graph *graph, const std::string &names, std::vector<TF_Output> *found) {
  for (size_t start = 0; start < names.size();) {
    const size_t end = std::min(names.find(',', start), names.size());
    const std::string name = names.substr(start, end - start);
    TF_Operation *operation = TF_GraphOperationByName(graph, name.c_str());
    if (operation == nullptr) {
      NAPI_THROW_ERROR(env, "The graph has no node named '%s'.", name.c_str());
      return false;
    }
    found->push_back({operation, 0});
    start = end + 1;
  }
  return true;
}

bool Arguments(napi_env env, napi_callback_info info, size_t wanted, napi_value *args) {
  size_t count = wanted;
  if (napi_get_cb_info(env, info, &count, args, nullptr, nullptr) == napi_ok && count == wanted) return true;
  NAPI_THROW_ERROR(env, "Expected %zu arguments, got %zu.", wanted, count);
  return false;
}

napi_value AddGraphFunction(napi_env env, napi_callback_info info) {
  napi_value args[4];
  if (!Arguments(env, info, 4, args)) return nullptr;
  TFJSBackend *const backend = GetTFJSBackend(env);
  int32_t id;
  std::string name, input_names, output_names;
  ENSURE_NAPI_OK_RETVAL(env, napi_get_value_int32(env, args[0], &id), nullptr);
  ENSURE_NAPI_OK_RETVAL(env, GetStringParam(env, args[1], name), nullptr);
  ENSURE_NAPI_OK_RETVAL(env, GetStringParam(env, args[2], input_names), nullptr);
  ENSURE_NAPI_OK_RETVAL(env, GetStringParam(env, args[3], output_names), nullptr);
  const auto entry = backend->tf_savedmodel_map_.find(id);
  if (entry == backend->tf_savedmodel_map_.end()) {
    NAPI_THROW_ERROR(env, "There is no SavedModel %d.", id);
    return nullptr;
  }
  TF_Graph *graph = entry->second.second;
  std::vector<TF_Output> inputs, outputs;
  if (!FindOutputs(env, graph, input_names, &inputs) || !FindOutputs(env, graph, output_names, &outputs)) return nullptr;

  TF_AutoStatus status;
  const std::unique_ptr<TF_Function, FunctionDeleter> function(
      TF_GraphToFunction(graph, name.c_str(), /*append_hash_to_fn_name=*/0, /*num_opers=*/-1, /*opers=*/nullptr,
                         inputs.size(), inputs.data(), outputs.size(), outputs.data(), /*output_names=*/nullptr,
                         /*opts=*/nullptr, /*description=*/nullptr, status.status));
  ENSURE_TF_OK_RETVAL(env, status, nullptr);
  TFE_ContextAddFunction(backend->tfe_context_, function.get(), status.status);
  ENSURE_TF_OK_RETVAL(env, status, nullptr);
  return nullptr;
}

napi_value RemoveGraphFunction(napi_env env, napi_callback_info info) {
  napi_value args[1];
  if (!Arguments(env, info, 1, args)) return nullptr;
  std::string name;
  ENSURE_NAPI_OK_RETVAL(env, GetStringParam(env, args[0], name), nullptr);
  TF_AutoStatus status;
  TFE_ContextRemoveFunction(GetTFJSBackend(env)->tfe_context_, name.c_str(), status.status);
  ENSURE_TF_OK_RETVAL(env, status, nullptr);
  return nullptr;
}

// Tensors whose memory JavaScript sees. They stay alive, whatever becomes of their handles, until their buffers are emptied.
class Loans {
 public:
  explicit Loans(napi_env env) : env_(env) {}
  ~Loans() {
    for (const auto &[tensor, buffer] : lent_)
      // A buffer that could still be read keeps its tensor for good; the ones made here can all be emptied.
      if (buffer == nullptr || napi_detach_arraybuffer(env_, buffer) == napi_ok) TF_DeleteTensor(tensor);
  }

  // The memory of a tensor, brought to the host if it lies elsewhere; null, with an exception, where that fails.
  napi_value Lend(TFE_TensorHandle *handle) {
    TF_AutoStatus status;
    TF_Tensor *const tensor = TFE_TensorHandleResolve(handle, status.status);
    ENSURE_TF_OK_RETVAL(env_, status, nullptr);
    lent_.emplace_back(tensor, nullptr);
    ENSURE_NAPI_OK_RETVAL(env_,
                          napi_create_external_arraybuffer(env_, TF_TensorData(tensor), TF_TensorByteSize(tensor),
                                                           nullptr, nullptr, &lent_.back().second),
                          nullptr);
    return lent_.back().second;
  }

 private:
  napi_env env_;
  std::vector<std::pair<TF_Tensor *, napi_value>> lent_;
};

napi_value LendTensors(napi_env env, napi_callback_info info) {
  napi_value args[2], buffers, receiver, result;
  if (!Arguments(env, info, 2, args)) return nullptr;
  const auto &handles = GetTFJSBackend(env)->tfe_handle_map_;
  uint32_t count;
  ENSURE_NAPI_OK_RETVAL(env, napi_get_array_length(env, args[0], &count), nullptr);
  ENSURE_NAPI_OK_RETVAL(env, napi_create_array_with_length(env, count, &buffers), nullptr);
  ENSURE_NAPI_OK_RETVAL(env, napi_get_undefined(env, &receiver), nullptr);
  Loans loans(env);
  for (uint32_t i = 0; i < count; i++) {
    napi_value value;
    int32_t id;
    ENSURE_NAPI_OK_RETVAL(env, napi_get_element(env, args[0], i, &value), nullptr);
    ENSURE_NAPI_OK_RETVAL(env, napi_get_value_int32(env, value, &id), nullptr);
    const auto entry = handles.find(id);
    if (entry == handles.end()) {
      NAPI_THROW_ERROR(env, "There is no tensor %d.", id);
      return nullptr;
    }
    napi_value buffer = loans.Lend(entry->second);
    if (buffer == nullptr) return nullptr;
    ENSURE_NAPI_OK_RETVAL(env, napi_set_element(env, buffers, i, buffer), nullptr);
  }
  const napi_status status = napi_call_function(env, receiver, args[1], 1, &buffers, &result);
  if (status == napi_pending_exception) return nullptr;  // what `use` threw reaches the caller
  ENSURE_NAPI_OK_RETVAL(env, status, nullptr);
  return result;
}

napi_value SetTensorFloat32(napi_env env, napi_callback_info info) {
  napi_value args[1];
  if (!Arguments(env, info, 1, args)) return nullptr;
  bool allowed;
  ENSURE_NAPI_OK_RETVAL(env, napi_get_value_bool(env, args[0], &allowed), nullptr);
  tsl::enable_tensor_float_32_execution(allowed);
  return nullptr;
}

napi_value TrimMemory(napi_env, napi_callback_info) {
#ifdef __GLIBC__
  malloc_trim(0);
#endif
  return nullptr;
}

napi_value InitWithFunctions(napi_env env, napi_value exports) {
  exports = InitTFNodeJSBinding(env, exports);
  if (exports == nullptr) return nullptr;
  const napi_property_descriptor added[] = {
      {"addGraphFunction", nullptr, AddGraphFunction, nullptr, nullptr, nullptr, napi_default, nullptr},
      {"removeGraphFunction", nullptr, RemoveGraphFunction, nullptr, nullptr, nullptr, napi_default, nullptr},
      {"lendTensors", nullptr, LendTensors, nullptr, nullptr, nullptr, napi_default, nullptr},
      {"trimMemory", nullptr, TrimMemory, nullptr, nullptr, nullptr, napi_default, nullptr},
      {"setTensorFloat32", nullptr, SetTensorFloat32, nullptr, nullptr, nullptr, napi_default, nullptr},
  };
  ENSURE_NAPI_OK_RETVAL(env, napi_define_properties(env, exports, ARRAY_SIZE(added), added), exports);
  return exports;
}

}  // namespace
}  // namespace tfnodejs

NAPI_MODULE_INIT() { return tfnodejs::InitWithFunctions(env, exports); }
