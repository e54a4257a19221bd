/** devices.yml for `fleetdiff init`: the default fleet, the same text as the file at the project's root (a test holds them together). */
export const DEVICES_TEMPLATE = `# The fleet: which devices run the model, and how. Every run starts from this file.
#
#   fleetdiff devices --probe            asks each device what it is
#   fleetdiff doctor --fix               installs what this machine lacks to drive them
#   fleetdiff run --only 'haswell/*'     runs on one device alone
#
# A device and a delegate make a target, written device/delegate: "workstation/cpu". Text may take something from the
# environment: \${NAME}, or \${NAME:-default}. Put secrets nowhere else: only appium.url and capabilities keep them out of files.
schema: fleetdiff/devices@1

# Appium opens the session to every device. "embedded": fleetdiff starts one by itself and ends it after the run.
appium:
  mode: embedded
# A server that runs already, a Selenium Grid hub or a device cloud:
# appium:
#   mode: url
#   url: https://\${CLOUD_USER}:\${CLOUD_KEY}@hub.example.com/wd/hub

# Delegates: ways to run a model. Where nothing else is said: threads 1, optimization all.
#   runtime        onnxruntime-node (a process) or onnxruntime-web (a page in a browser)
#   provider       what computes: cpu, wasm, webgpu. One alone, because from a list ONNX Runtime drops some in silence
#   optimization   graph optimization: disabled, basic, extended or all
#   sessionConfig  further options of ONNX Runtime, such as {session.x64quantprecision: 1}; the names are checked
delegates:
  cpu: {runtime: onnxruntime-node, provider: cpu, threads: 1, optimization: all}
  # The graph as it was exported, with nothing fused: close to what the model's author computed.
  cpu-noopt: {runtime: onnxruntime-node, provider: cpu, threads: 1, optimization: disabled}
  wasm: {runtime: onnxruntime-web, provider: wasm, threads: 1}
  webgpu: {runtime: onnxruntime-web, provider: webgpu}
  # The deprecated build behind the default import of onnxruntime-web. It is wrong on quantized models: see the report.
  webgpu-jsep: {runtime: onnxruntime-web, provider: webgpu, bundle: all}

# Devices. Per device:
#   name       yours; letters, digits, ".", "-" and "_"
#   driver     soc (a process here, on an emulated SoC or on a board) or chromium (a browser)
#   launch     for soc: where the process runs
#   soc        what the device's SoC is called; budgets may match it. The report also shows what the device itself answered
#   tags       yours; "fleetdiff run --tag pr" runs the devices with that tag alone
#   optional   true: when this machine lacks a part that the device needs, it is SKIPPED and the run can still pass
#   delegates  a delegate's name, or a name with what is different on this device
devices:
  # This machine.
  - name: workstation
    driver: soc
    launch: host
    soc: host
    tags: [pr]
    delegates:
      - cpu
      - cpu-noopt
      # The GPU provider with no browser, on SwiftShader: a GPU in software that Debian's chromium package brings.
      - webgpu:
          runtime: onnxruntime-node
          env:
            VK_ICD_FILENAMES: /usr/lib/chromium/vk_swiftshader_icd.json
            LD_LIBRARY_PATH: /usr/lib/chromium # its Vulkan loader
          optional: true

  # Emulated SoCs: qemu-user translates every instruction of that CPU, so the runtime picks that CPU's kernels and rounds as
  # they do. Numbers are real; timings say nothing about the device's speed.
  - name: haswell # x86 with AVX2 and without VNNI: 8-bit multiply-adds can saturate
    driver: soc
    launch: {emulator: qemu-user, arch: x86_64, cpu: Haswell}
    soc: Intel Haswell
    tags: [emulated, pr]
    optional: true
    delegates: [cpu]
  - name: nehalem # x86 with SSE4.2 and without AVX
    driver: soc
    launch: {emulator: qemu-user, arch: x86_64, cpu: Nehalem}
    soc: Intel Nehalem
    tags: [emulated]
    optional: true
    delegates: [cpu]
  - name: cortex-a53 # Arm without dot product: older phones, Raspberry Pi 3
    driver: soc
    launch: {emulator: qemu-user, arch: aarch64, cpu: cortex-a53}
    soc: Arm Cortex-A53
    tags: [emulated, pr]
    optional: true
    delegates: [cpu]
  - name: cortex-a76 # Arm with dot product and fp16: phones, Raspberry Pi 5
    driver: soc
    launch: {emulator: qemu-user, arch: aarch64, cpu: cortex-a76}
    soc: Arm Cortex-A76
    tags: [emulated]
    optional: true
    delegates: [cpu]
  - name: neoverse-v1 # Arm with i8mm, bf16 and SVE: servers
    driver: soc
    launch: {emulator: qemu-user, arch: aarch64, cpu: neoverse-v1}
    soc: Arm Neoverse V1
    tags: [emulated]
    optional: true
    delegates: [cpu]

  # A browser on this machine. Its WebGPU is SwiftShader's too.
  - name: chromium
    driver: chromium
    soc: SwiftShader
    tags: [browser, pr]
    optional: true
    delegates: [wasm, webgpu, webgpu-jsep]

  # A board over SSH: it needs Node, and your key in its authorized_keys. Files are relative to this one.
  # - name: raspberry-pi-5
  #   driver: soc
  #   launch: {ssh: pi@raspberrypi.local, port: 22, identityFile: ~/.ssh/id_ed25519}
  #   soc: Broadcom BCM2712
  #   tags: [board]
  #   delegates: [cpu, {cpu-4-threads: {runtime: onnxruntime-node, provider: cpu, threads: 4}}]

  # A device behind a Grid or in a device cloud: set appium.url above; the capabilities go into the session request as they
  # are, and what they take from the environment is filled in for the request alone.
  # - name: cloud-chrome
  #   driver: chromium
  #   soc: unknown
  #   capabilities:
  #     platformName: Windows 11
  #     cloud:options: {accessKey: '\${CLOUD_KEY}', project: fleetdiff}
  #   delegates: [wasm]

  # Phones are described as below. This version cannot drive them yet: it stops at such an entry and says so.
  # - name: pixel-8
  #   driver: uiautomator2
  #   udid: \${PIXEL8_UDID}
  #   soc: Google Tensor G3
  #   delegates: [cpu]
  # - name: iphone-15
  #   driver: xcuitest
  #   udid: \${IPHONE15_UDID}
  #   soc: Apple A16
  #   delegates: [cpu]
`;
