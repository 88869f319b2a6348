// @table The public names of SNS-Toolbox 1.5.2: classes, functions, parameters, and the names under
// which a compiled model shows its values.

const words = (text: string): string[] => text.trim().split(/\s+/);

const neuronNames = words(`
  Neuron NonSpikingNeuron NonSpikingNeuronWithGatedChannels SpikingNeuron
  NonSpikingNeuronWithPersistentSodiumChannel
  name color membrane_capacitance membrane_conductance resting_potential bias
  threshold_time_constant threshold_initial_value threshold_proportionality_constant
  threshold_leak_rate threshold_increment threshold_floor reset_potential
  g_ion e_ion pow_a k_a slope_a e_a pow_b k_b slope_b e_b tau_max_b pow_c k_c slope_c e_c tau_max_c
  k_m slope_m e_m k_h slope_h e_h tau_max_h`);

const connectionNames = words(`
  Connection ElectricalSynapse NonSpikingConnection SpikingConnection NonSpikingSynapse
  SpikingSynapse NonSpikingMatrixConnection SpikingMatrixConnection NonSpikingPatternConnection
  SpikingPatternConnection NonSpikingTransmissionSynapse NonSpikingModulationSynapse
  SpikingTransmissionSynapse
  max_conductance reversal_potential e_lo e_hi time_constant transmission_delay
  conductance_increment conductance rect gain R ratio max_frequency non_linearity
  max_conductance_kernel`);

const networkNames = words(`
  Network get_num_neurons get_num_connections get_num_populations get_num_inputs
  get_num_inputs_actual get_num_outputs get_num_outputs_actual get_population_index
  get_connection_index get_input_index add_population add_neuron add_input add_output
  add_connection add_network copy compile
  neuron_type shape initial_value dest size source spiking destination view_label network suffix
  dt backend device debug return_params
  AdditionNetwork MultiplicationNetwork DivisionNetwork DifferentiatorNetwork IntegratorNetwork
  gains add_del_e sub_del_e slew_rate tau_fast integration_gain relative_reversal_potential`);

const otherNames = words(`
  Backend forward set_params reset SNS_Numpy SNS_Torch SNS_Sparse SNS_Iterative render
  spike_raster_plot save load SETOFVALIDCOLORS COLORSWHITETEXT valid_color set_text_color`);

const attributes = words(`
  V V_last theta spikes g_spike g_max_non g_max_spike del_e e_lo e_hi g_electrical b_gate c_gate
  i_b outputs num_neurons`);

const dictionaryKeys = words(`
  dt name spiking delay elec rect gated numChannels v vLast vRest v0 cM gM iB gMaxNon delE eLo eHi
  timeFactorMembrane inputConn numPop numNeurons numConn numInputs numOutputs outConnVolt spikes
  theta0 theta thetaLast m tauTheta gMaxSpike gSpike tauSyn timeFactorThreshold timeFactorSynapse
  outConnSpike thetaLeak thetaIncrement thetaFloor vReset gIncrement spikeDelays spikeRows
  spikeCols bufferSteps bufferNrns delayedSpikes spikeBuffer gElectrical gRectified gIon eIon powA
  slopeA kA eA powB slopeB kB eB tauMaxB powC slopeC kC eC tauMaxC bGate bGateLast bGate0 cGate
  cGateLast cGate0 incomingSynapses`);

const all = [
  ...[...neuronNames, ...connectionNames, ...networkNames],
  ...[...otherNames, ...attributes, ...dictionaryKeys],
];

export const publicNames: readonly string[] = [...new Set(all)];
